import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestAttempt } from './attempts.ts';
import { orders, type Journey, type Order, type Wanted } from './define.ts';

const [A, B, C, X] = [0, 1, 2, 9];

const journeyOf = (...events: readonly (readonly [type: number, at: number])[]): Journey => ({
  length: events.length,
  types: events.map(([type]) => type),
  at: events.map(([, at]) => at),
});
const want = (steps: readonly number[], order: Order, rest: Partial<Wanted> = {}): Wanted => ({
  steps,
  order,
  within: Infinity,
  from: -Infinity,
  to: Infinity,
  ...rest,
});

describe('an attempt in order', () => {
  it('lets others come between, and takes each step where it first comes', () => {
    const journey = journeyOf([B, 1], [A, 2], [X, 3], [B, 4], [B, 5], [C, 6]);
    expect(bestAttempt(journey, want([A, B, C], 'ordered'))).toEqual([1, 3, 5]);
  });

  it('counts as far as it came', () => {
    expect(bestAttempt(journeyOf([A, 1], [C, 2]), want([A, B, C], 'ordered'))).toEqual([0]);
    expect(bestAttempt(journeyOf([B, 1], [C, 2]), want([A, B, C], 'ordered'))).toBeNull();
  });

  it('has the window from its first event on, inclusive', () => {
    const journey = journeyOf([A, 0], [B, 10]);
    expect(bestAttempt(journey, want([A, B], 'ordered', { within: 10 }))).toEqual([0, 1]);
    expect(bestAttempt(journey, want([A, B], 'ordered', { within: 9 }))).toEqual([0]);
  });

  it('may begin anew: a later beginning can come further', () => {
    const journey = journeyOf([A, 0], [A, 90], [B, 100], [C, 105]);
    expect(bestAttempt(journey, want([A, B, C], 'ordered', { within: 20 }))).toEqual([1, 2, 3]);
  });

  it('begins in the period, and may end after it', () => {
    const journey = journeyOf([A, 0], [A, 10], [B, 30], [A, 40], [B, 50]);
    expect(bestAttempt(journey, want([A, B], 'ordered', { from: 5, to: 20 }))).toEqual([1, 2]);
    expect(bestAttempt(journey, want([A, B], 'ordered', { from: 11, to: 40 }))).toBeNull();
  });

  it('needs as many events of a type as it names', () => {
    const steps = want([A, A, B], 'ordered');
    expect(bestAttempt(journeyOf([A, 1], [B, 2]), steps)).toEqual([0]);
    expect(bestAttempt(journeyOf([A, 1], [A, 1], [B, 2]), steps)).toEqual([0, 1, 2]);
  });
});

describe('a strict attempt', () => {
  it('has nothing between its steps', () => {
    expect(bestAttempt(journeyOf([A, 1], [X, 2], [B, 3]), want([A, B], 'strict'))).toEqual([0]);
    expect(bestAttempt(journeyOf([A, 1], [A, 2], [B, 3]), want([A, B], 'strict'))).toEqual([1, 2]);
  });
});

describe('an attempt in any order', () => {
  it('counts each step once, whatever comes first', () => {
    expect(bestAttempt(journeyOf([C, 1], [C, 2], [A, 3]), want([A, B, C], 'any'))).toEqual([1, 2]);
  });

  it('begins as late as it can', () => {
    const journey = journeyOf([A, 0], [A, 50], [B, 55]);
    expect(bestAttempt(journey, want([A, B], 'any'))).toEqual([1, 2]);
  });
});

/** All attempts by the definition, one by one. */
const byHand = (
  { length, types, at }: Journey,
  { steps, order, within, from, to }: Wanted,
): readonly number[] | null => {
  const attempts: number[][] = [];
  for (let start = 0; start < length; start++) {
    if (at[start]! < from || at[start]! >= to) continue;
    const left = [...steps];
    const attempt: number[] = [];
    for (let place = start; place < length && left.length > 0; place++) {
      const fits = order === 'any' ? left.includes(types[place]!) : left[0] === types[place];
      if (fits && at[place]! - at[start]! <= within) {
        left.splice(left.indexOf(types[place]!), 1);
        attempt.push(place);
      } else if (place === start || order === 'strict') break;
    }
    if (attempt.length > 0) attempts.push(attempt);
  }
  const [best] = attempts.sort((a, b) => b.length - a.length || a.at(-1)! - b.at(-1)! || b[0]! - a[0]!);
  return best ?? null;
};

describe('the attempt that counts', () => {
  const type = fc.constantFrom(A, B, C, X);
  const events = fc
    .array(fc.tuple(type, fc.integer({ min: 0, max: 30 })), { maxLength: 14 })
    .map(list => list.toSorted((a, b) => a[1] - b[1]));
  const step = fc.constantFrom(A, B, C);
  const wanted = fc.record({
    steps: fc.array(step, { minLength: 2, maxLength: 4 }),
    order: fc.constantFrom(...orders),
    within: fc.constantFrom(0, 3, 8, 20, Infinity),
    from: fc.constantFrom(-Infinity, 4, 12),
    to: fc.constantFrom(Infinity, 12, 20),
  });

  it('is the best of all that there are', () => {
    fc.assert(
      fc.property(events, wanted, (list, asked) => {
        // In any order, only events that are asked for stand in the journey.
        const journey = journeyOf(
          ...list.filter(([one]) => asked.order === 'strict' || asked.steps.includes(one)),
        );
        expect(bestAttempt(journey, asked)).toEqual(byHand(journey, asked));
      }),
      { numRuns: 3_000 },
    );
  });
});
