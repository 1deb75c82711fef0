import { arrivals, firstTuesdays, yearBefore } from './calendar.ts';
import { journey, type Period } from './journey.ts';
import type { History, Step } from './step.ts';

/** What decides a history. */
export interface DemoOptions {
  /** How many leads are captured. */
  readonly leads: number;
  readonly seed: string;
  /** The instant that the twelve months end at; nothing happens from it on. */
  readonly end: Date;
}

/**
 * Makes up twelve months of a small business that sells software to workshops: visits, forms, mails, calls, meetings, stages,
 * deals and orders. Pure: the same options give the same history. Names are made up, addresses end in example.com and .org.
 *
 * @example
 * makeHistory({ leads: 1_000, seed: '1', end: new Date('2026-01-01') }).steps.length
 */
export const makeHistory = ({ leads, seed, end: until }: DemoOptions): History => {
  const end = until.getTime();
  const from = yearBefore(end);
  const period: Period = { from, end, arrival: arrivals(from, end), newsletters: firstTuesdays(from, end) };
  const steps: Step[] = [];
  for (let number = 1; number <= leads; number++) steps.push(...journey(seed, number, period));
  return { from, end, steps: steps.sort(asNoted) };
};

const asNoted = (one: Step, other: Step): number => one.at - other.at;
