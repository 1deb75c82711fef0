import { describe, expect, it } from '@jest/globals';
import type { AnyFact } from './define.ts';
import { createToEvents, type ToEvents } from './facts.ts';

const now = Date.UTC(2026, 5, 1);
const day = 86_400_000;
const click: AnyFact = {
  type: 'LinkClicked',
  stream: 'lead-p1',
  occurredAt: now,
  data: { leadId: 'p1', touchpointId: 't1' },
};

const eventsOf = (facts: unknown, characters = 10): ReturnType<ToEvents> => {
  const origin = { source: 'shop', batchId: 'batch' };
  return createToEvents(origin, () => now)(
    () => facts as readonly AnyFact[],
    fact => `id-${fact}`,
    characters,
  );
};

describe('the facts of a row', () => {
  it('become events in their order, with the place in the row as part of the id', () => {
    const won: AnyFact = {
      type: 'OpportunityWon',
      stream: 'opportunity-o1',
      occurredAt: 0,
      data: { opportunityId: 'o1', leadId: 'p1' },
    };
    const metadata = { actor: 'import:shop', source: 'shop', batchId: 'batch', leadId: 'p1' };
    expect(eventsOf([click, won])).toEqual([
      {
        stream: 'lead-p1',
        event: { id: 'id-0', type: 'LinkClicked', version: 1, occurredAt: now, data: click.data, metadata },
      },
      {
        stream: 'opportunity-o1',
        event: { id: 'id-1', type: 'OpportunityWon', version: 1, occurredAt: 0, data: won.data, metadata },
      },
    ]);
  });

  it('may lie a day ahead and as far back as 1900', () => {
    const at = (occurredAt: number) => eventsOf([{ ...click, occurredAt }])[0]?.event.occurredAt;
    expect(at(now + day)).toBe(now + day);
    expect(at(Date.UTC(1900, 0, 1))).toBe(Date.UTC(1900, 0, 1));
    expect(() => at(now + day + 1)).toThrow('more than a day ahead');
    expect(() => at(Date.UTC(1900, 0, 1) - 1)).toThrow('before 1900');
    expect(() => at(0.5)).toThrow('milliseconds');
    expect(() => at(NaN)).toThrow('milliseconds');
  });

  it.each<[string, unknown, string]>([
    ['a type that nobody knows', [{ ...click, type: 'Clicked' }], 'Clicked is no type of event'],
    ['no stream', [{ ...click, stream: '' }], '"" is no name of a stream'],
    ['a stream with a space', [{ ...click, stream: 'lead-p 1' }], 'is no name of a stream'],
    [
      'a stream of another',
      [{ ...click, stream: 'lead-p2' }],
      'LinkClicked belongs into the stream lead-p1, not into lead-p2',
    ],
    [
      'a stream without its kind',
      [{ ...click, stream: 'p1' }],
      'belongs into the stream lead-p1, not into p1',
    ],
    [
      "a deal's fact in the stream of its lead",
      [{ ...click, type: 'OpportunityWon', data: { opportunityId: 'o1', leadId: 'p1' } }],
      'OpportunityWon belongs into the stream opportunity-o1, not into lead-p1',
    ],
    [
      "an order's fact in the stream of its lead",
      [
        {
          ...click,
          type: 'OrderPlaced',
          data: { orderId: 'o1', leadId: 'p1', total: { amount: 1, currency: 'EUR' } },
        },
      ],
      'OrderPlaced belongs into the stream order-o1, not into lead-p1',
    ],
    ['a missing member', [{ ...click, data: { leadId: 'p1' } }], 'LinkClicked touchpointId'],
    [
      'a member that the type has not',
      [{ ...click, data: { ...click.data, mood: 'x' } }],
      'LinkClicked mood',
    ],
    ['data that are no JSON', [{ ...click, data: { ...click.data, campaign: 1n } }], 'LinkClicked campaign'],
    ['no list', { ...click }, 'the import definition failed'],
    ['nothing', undefined, 'the import definition failed'],
    ['an empty fact', [null], 'the import definition failed'],
    [
      'two facts that begin streams',
      [
        { ...click, begins: true },
        { ...click, begins: true },
      ],
      'several facts that begin a stream',
    ],
    ['more facts than ids', Array.from({ length: 257 }, () => click), 'states 257 facts; at most 256'],
  ])('refuse the row when it states %s', (_, facts, reason) => {
    expect(() => eventsOf(facts)).toThrow(expect.objectContaining({ name: 'RowError' }));
    expect(() => eventsOf(facts)).toThrow(reason);
  });

  it('refuse the row when an event would be larger than any append may be', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`a${n}`, '\u0001'.repeat(9_000)]),
    );
    const captured: AnyFact = {
      type: 'LeadCaptured',
      stream: 'lead-p1',
      occurredAt: now,
      data: { leadId: 'p1', personal: { attributes } },
    };
    expect(() => eventsOf([captured], 540_000)).toThrow('at most 1000000 are taken');
  });
});
