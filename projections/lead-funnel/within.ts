import { dayMs, type Path } from '../lead/path.ts';

/** A stage that is the furthest from some number of days after entry on (1), or no longer from there on (−1). */
export interface Step {
  readonly stage: string;
  /** The smallest of the kept numbers of days that holds the instant; null: none does. */
  readonly within: number | null;
  readonly leads: 1 | -1;
}

/** Finds the smallest of the kept numbers of days (of 24 hours, in order) within which an instant follows the entry; null: none. */
export const windowsFrom =
  (entered: number, kept: readonly number[]) =>
  (at: number): number | null =>
    kept.find(days => at <= entered + days * dayMs) ?? null;

/**
 * The furthest stage by the number of days since the entry, as differences: those of all numbers up to W add up to one
 * lead at the furthest stage that it reached within W days, and all of them to one at the furthest ever.
 */
export const stepsOf = (
  { furthest, since, stays }: Path,
  windowOf: ReturnType<typeof windowsFrom>,
): readonly Step[] => {
  const steps: Step[] = [];
  let left: number | null | undefined;
  for (const { stage, from } of [{ stage: furthest, from: since }, ...stays]) {
    const within = windowOf(from);
    if (within === left) continue;
    steps.push({ stage, within, leads: 1 });
    if (left !== undefined) steps.push({ stage, within: left, leads: -1 });
    left = within;
  }
  return steps;
};
