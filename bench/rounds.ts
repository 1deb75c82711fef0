import { performance } from 'node:perf_hooks';
import type { BenchOptions, BenchResult } from './port.ts';

/** Does one round of work and answers how many things it did. It is timed as a whole. */
export type Round = (round: number) => Promise<number> | number;

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** Makes the round's input; not timed. */
  readonly prepare?: (round: number) => void;
  readonly ours: Round;
  readonly bare: Round;
  /** Pairs of rounds that count; one more before them warms up. */
  readonly rounds: number;
  /** The wanted ratio, at least. */
  readonly wanted: number;
}

/** The middle of the values; NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
};

const rateOf = async (work: Round, round: number): Promise<number> => {
  const start = performance.now();
  const done = await work(round);
  return (done * 1000) / (performance.now() - start);
};

/**
 * Measures ours and the bare operation in turns, A B, B A, A B …, because machines are noisy, and takes the medians of
 * their rates per second.
 */
export const compare = async (
  { name, unit, prepare, ours, bare, rounds, wanted }: Comparison,
  { log }: BenchOptions,
): Promise<BenchResult> => {
  const rates: { readonly ours: number; readonly bare: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    prepare?.(round);
    const oursFirst = round % 2 === 0;
    const early = oursFirst ? await rateOf(ours, round) : undefined;
    const bareRate = await rateOf(bare, round);
    const oursRate = early ?? (await rateOf(ours, round));
    if (round === 0) continue;
    rates.push({ ours: oursRate, bare: bareRate });
    log(`${name} ${round}/${rounds}: ${oursRate.toFixed(0)} against ${bareRate.toFixed(0)} ${unit}`);
  }
  const value = median(rates.map(rate => rate.ours));
  const limit = median(rates.map(rate => rate.bare));
  const ratio = value / limit;
  return { name, value, unit, limit, ratio, target: `ratio ≥ ${wanted}`, reached: ratio >= wanted };
};
