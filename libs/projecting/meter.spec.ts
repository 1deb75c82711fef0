import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMeter } from './meter.ts';

/** The rate by hand: what came after the first of the last ten seconds, by the time since then. */
const rateByHand = (samples: readonly (readonly [at: number, events: number])[], now: number) => {
  const lately = samples.filter(([at]) => at >= now - 10_000);
  if (lately.length < 2) return null;
  const events = lately.slice(1).reduce((sum, [, count]) => sum + count, 0);
  const ms = lately.at(-1)![0] - lately[0]![0];
  return Math.round((events / Math.max(1, ms)) * 1_000);
};

describe('a meter', () => {
  it('tells the events per second of the last ten seconds, however they came', () => {
    const gap = fc.oneof(fc.nat(50), fc.nat(4_000), fc.constantFrom(0, 9_999, 10_000, 10_001));
    fc.assert(
      fc.property(fc.array(fc.tuple(gap, fc.nat(1_000)), { maxLength: 30 }), gap, (steps, rest) => {
        let now = 5;
        const meter = createMeter(() => now);
        const samples: (readonly [number, number])[] = [];
        for (const [ms, events] of steps) {
          now += ms;
          meter.count(events);
          samples.push([now, events]);
          expect(meter.rate()).toBe(rateByHand(samples, now));
        }
        now += rest;
        expect(meter.rate()).toBe(rateByHand(samples, now));
      }),
    );
  });

  it('knows none before the second commit, and none after ten idle seconds', () => {
    let now = 0;
    const meter = createMeter(() => now);
    expect(meter.rate()).toBeNull();
    meter.count(500);
    expect(meter.rate()).toBeNull();
    now = 1_000;
    meter.count(500);
    expect(meter.rate()).toBe(500);
    now = 11_001;
    expect(meter.rate()).toBeNull();
  });

  it('tells the same of ten thousand commits, a millisecond apart each', () => {
    let now = 0;
    const meter = createMeter(() => now);
    for (; now < 10_000; now++) {
      meter.count(3);
      if (now > 1) expect(meter.rate()).toBe(3_000);
    }
  });
});
