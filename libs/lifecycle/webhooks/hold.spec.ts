import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aDelivery } from '../../../test/contract/delivery-store.ts';
import { latestHold, holds, released } from './hold.ts';
import type { Attempt, Delivery } from './port.ts';

const attempt = (at: number, retryAt?: number): Attempt => ({
  ...{ at, ms: 5, status: 429, error: 'status', byHand: false },
  ...(retryAt === undefined ? {} : { retryAt }),
});
const pending = (place: number, ...attempts: readonly Attempt[]): Delivery => aDelivery(place, { attempts });
const always = { urlSince: 0, statusSince: 0 };

const attempts = fc
  .tuple(fc.nat(100), fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }))
  .map(([at, after]) => attempt(at, after === undefined ? undefined : at + after));
const deliveries = fc.array(
  fc.array(attempts, { maxLength: 4 }).map(made => pending(1, ...made)),
  { maxLength: 6 },
);

describe('until when a receiver is left alone, as a process finds it that begins', () => {
  it('is the latest that it asked for, whichever delivery it answered so', () => {
    const found = [pending(1, attempt(3, 90), attempt(9)), pending(2, attempt(5, 70)), pending(3)];
    expect(latestHold(found, always)).toBe(90);
  });

  it('is not at all where it asked for nothing', () => {
    expect(latestHold([], always)).toBe(0);
    expect(latestHold([pending(1), pending(2, attempt(3))], always)).toBe(0);
  });

  it('is not for what another address answered, nor for what came before it was enabled', () => {
    const found = [pending(1, attempt(3, 90)), pending(2, attempt(5, 70))];
    expect(latestHold(found, { urlSince: 3, statusSince: 0 })).toBe(90);
    expect(latestHold(found, { urlSince: 4, statusSince: 0 })).toBe(70);
    expect(latestHold(found, { urlSince: 0, statusSince: 5 })).toBe(70);
    expect(latestHold(found, { urlSince: 4, statusSince: 6 })).toBe(0);
  });

  it('is some attempt’s time, and none is later', () => {
    fc.assert(
      fc.property(deliveries, fc.nat(100), (found, urlSince) => {
        const asked = found
          .flatMap(each => each.attempts)
          .filter(({ at }) => at >= urlSince)
          .map(({ retryAt }) => retryAt ?? 0);
        const until = latestHold(found, { urlSince, statusSince: 0 });
        expect([0, ...asked]).toContain(until);
        for (const each of asked) expect(each).toBeLessThanOrEqual(until);
      }),
    );
  });
});

describe('a delivery that somebody hastens', () => {
  it('holds nothing back any more, nor do the others that did', () => {
    const found = pending(1, attempt(3, 90), attempt(4));
    expect([holds(found, 89), holds(found, 90), holds(released(found), 0)]).toEqual([true, false, false]);
  });

  it('keeps everything else', () => {
    const before = aDelivery(1, { attempts: [attempt(3, 90), attempt(4)], dueAt: 95, askedAt: 50 });
    expect(released(before)).toEqual({ ...before, attempts: [attempt(3), attempt(4)] });
  });

  it('is held for no longer than some delivery holds', () => {
    fc.assert(
      fc.property(deliveries, fc.nat(200), (found, now) => {
        expect(found.some(each => holds(each, now))).toBe(latestHold(found, always) > now);
        expect(latestHold(found.map(released), always)).toBe(0);
      }),
    );
  });
});
