import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DefinitionRefused, DefinitionStopped } from './errors.ts';
import { heapMb, type Outcome } from './protocol.ts';
import { createStops, patience } from './stops.ts';

type Failed = Exclude<Outcome, { ok: unknown }>;

const outcome: fc.Arbitrary<Failed> = fc.oneof(
  fc.record({ error: fc.string() }),
  fc.record({ hung: fc.option(fc.nat()) }),
  fc.record({ ended: fc.constantFrom('time' as const, 'memory' as const), at: fc.option(fc.nat()) }),
);

const late = 'x.ts did not come back within 5 s, and was stopped';
const ended = `x.ts ended its process, most likely by taking more than ${heapMb} MB of memory`;

const cases: readonly (readonly [Failed, { at: number | null; error: string }])[] = [
  [{ hung: 7 }, { at: 7, error: late }],
  [{ hung: 0 }, { at: 0, error: late }],
  [{ hung: null }, { at: null, error: late }],
  [
    { ended: 'time', at: 3 },
    { at: 3, error: late },
  ],
  [
    { ended: 'memory', at: 3 },
    { at: 3, error: ended },
  ],
  [
    { ended: 'memory', at: null },
    { at: null, error: ended },
  ],
  [{ error: 'x.ts is gone' }, { at: null, error: 'x.ts is gone' }],
];

describe('a definition that did not answer', () => {
  it.each(cases)('%j: the event at fault, and why', (given, fault) => {
    expect(createStops('x.ts', false).note(given)).toEqual(fault);
  });

  it.each(cases)('%j: throws where it is tried', (given, { at, error }) => {
    const { note, tired } = createStops('x.ts', true);
    const kind = 'error' in given ? DefinitionRefused : DefinitionStopped;
    for (let round = 0; round <= patience; round++) {
      expect(() => note(given)).toThrow(kind);
      expect(() => note(given)).toThrow(at === null ? error : `${error}, at the event of position ${at}`);
    }
    // It is tried once; whoever tries it again means it.
    expect(tired()).toBeNull();
  });

  it('is not run any more after so many stops; errors that it told are none', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 12 }), outcomes => {
        const { note, tired } = createStops('x.ts', false);
        let stops = 0;
        for (const one of outcomes) {
          note(one);
          if (!('error' in one)) stops++;
          expect(tired()).toBe(
            stops < patience ? null : `x.ts was stopped ${stops} times, and is not run any more`,
          );
        }
      }),
    );
  });
});
