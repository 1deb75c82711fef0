/** Counts events and tells how many a second there were lately. */
export interface Meter {
  readonly count: (events: number) => void;
  /** Events per second over the last ten seconds; null when there were none. */
  readonly rate: () => number | null;
}

const lately = 10_000;
const fewest = 1;

/** @param now a monotonic clock, ms */
export const createMeter = (now: () => number = () => performance.now()): Meter => {
  let samples: { readonly at: number; readonly events: number }[] = [];
  const recent = (): typeof samples => samples.filter(({ at }) => now() - at <= lately);
  return {
    count: events => {
      if (samples.length >= 1_000) samples = recent().slice(-500);
      samples.push({ at: now(), events });
    },
    rate: () => {
      const [first, ...rest] = (samples = recent());
      const last = rest.at(-1);
      if (first === undefined || last === undefined) return null;
      // What the first sample counted happened before it.
      const events = rest.reduce((sum, sample) => sum + sample.events, 0);
      return Math.round((events * 1_000) / Math.max(fewest, last.at - first.at));
    },
  };
};
