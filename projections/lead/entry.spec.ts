import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventOf } from '../../libs/domain/catalog.ts';
import { recorded } from '../../libs/projecting/testing.ts';
import { capture, correct, enteredAt, entryCell, touch, type Entry } from './entry.ts';

interface Said {
  readonly origin?: string;
  readonly campaign?: string;
  readonly country?: string;
}
type Step = (entry: Entry) => Entry;

const captured =
  (occurredAt: number, said: Said = {}): Step =>
  entry =>
    capture(
      entry,
      recorded(
        { type: 'LeadCaptured', occurredAt, data: { leadId: 'a', ...said } },
        1,
      ) as EventOf<'LeadCaptured'>,
    );
const updated =
  (occurredAt: number, said: Said): Step =>
  entry =>
    correct(
      entry,
      recorded(
        { type: 'LeadProfileUpdated', occurredAt, data: { leadId: 'a', ...said } },
        1,
      ) as EventOf<'LeadProfileUpdated'>,
    );
const touched =
  (at: number): Step =>
  entry =>
    touch(entry, at);
const after = (...steps: readonly Step[]): Entry => steps.reduce<Entry>((entry, step) => step(entry), {});

describe('the first touch', () => {
  it('is the earliest capture or touchpoint, whichever comes first in the log', () => {
    expect(enteredAt(after(captured(9), touched(4), captured(6), touched(5)))).toBe(4);
    expect(enteredAt(after(touched(8), captured(6), touched(7)))).toBe(6);
  });

  it('is not there before either, nor by a change of the profile', () => {
    expect(enteredAt({})).toBeNull();
    expect(enteredAt(after(updated(1, { origin: 'fair' })))).toBeNull();
  });

  it('keeps a touchpoint only while it was before any capture', () => {
    expect(after(touched(5), captured(5))).toEqual({ captured: 5 });
    expect(after(captured(5), touched(5))).toEqual({ captured: 5 });
    expect(after(touched(4), captured(5))).toEqual({ touched: 4, captured: 5 });
  });

  it('changes nothing, not even the object, by what comes later', () => {
    const entry = after(captured(5, { origin: 'social', campaign: 'spring' }));
    for (const step of [touched(5), touched(9), captured(7), captured(7, { origin: 'ads' }), captured(5)])
      expect(step(entry)).toBe(entry);
  });
});

describe('origin and campaign', () => {
  it('are those of the earliest capture that states one, each by itself', () => {
    const entry = after(
      captured(9, { origin: 'late', campaign: 'late' }),
      captured(3),
      captured(5, { origin: 'social' }),
      captured(7, { origin: 'ads', campaign: 'spring' }),
    );
    expect(entryCell(entry)).toEqual({ origin: 'social', campaign: 'spring', country: null });
  });

  it('are those of the profile only where no capture states any', () => {
    expect(entryCell(after(updated(1, { origin: 'fair' }), captured(3))).origin).toBe('fair');
    expect(entryCell(after(updated(1, { origin: 'fair' }), captured(3, { origin: 'ads' }))).origin).toBe(
      'ads',
    );
    expect(entryCell(after(captured(3, { origin: 'ads' }), updated(1, { origin: 'fair' }))).origin).toBe(
      'ads',
    );
  });
});

describe('the country', () => {
  it('is what was stated last, by capture or profile', () => {
    const steps = [
      captured(3, { country: 'DE' }),
      updated(8, { country: 'AT' }),
      captured(5, { country: 'CH' }),
    ];
    expect(entryCell(after(...steps)).country).toBe('AT');
    expect(entryCell(after(...steps.toReversed())).country).toBe('AT');
  });
});

it('comes out the same in whatever order the facts arrive', () => {
  const said = fc.record(
    { origin: fc.string(), campaign: fc.string(), country: fc.string() },
    { requiredKeys: [] },
  );
  const facts = fc.uniqueArray(
    fc.record({
      at: fc.integer({ min: 0, max: 30 }),
      kind: fc.constantFrom('capture', 'update', 'touch'),
      said,
    }),
    { selector: ({ at }) => at, maxLength: 8 },
  );
  fc.assert(
    fc.property(facts, fc.func(fc.integer()), (given, key) => {
      const steps = (list: typeof given): readonly Step[] =>
        list.map(({ at, kind, said: what }) =>
          kind === 'touch' ? touched(at) : kind === 'capture' ? captured(at, what) : updated(at, what),
        );
      expect(after(...steps([...given].sort((a, b) => key(a) - key(b))))).toEqual(after(...steps(given)));
    }),
  );
});
