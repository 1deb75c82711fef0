import { describe, expect, it } from '@jest/globals';
import type { EntityExplanation, Explanation } from '../../../libs/projecting/port.ts';
import { countsIn } from '../../../libs/projecting/sum-cells.ts';
import type { CellSchema } from '../../../libs/read-store/port.ts';
import { entityText, explanationTable } from './explanation.ts';

const entity: EntityExplanation = {
  position: 12,
  id: 'a',
  state: { stage: 'lead' },
  contributions: [
    { cell: { entered: '2018-02-03', origin: null, stage: 'lead' }, add: { leads: 1 } },
    { cell: { entered: '2018-02-03', origin: null, stage: 'visitor', days: 4 }, add: { left: 1 } },
  ],
  quality: ['won-before-first-touch'],
  events: [
    {
      id: 'e1',
      type: 'LeadCaptured',
      version: 1,
      stream: 'lead-a',
      revision: 0,
      position: 7,
      occurredAt: Date.UTC(2018, 1, 3),
      recordedAt: Date.UTC(2026, 0, 1),
      data: { leadId: 'a', personal: { email: 'ann@example.org' } },
      metadata: {},
    },
  ],
};
const schema: CellSchema = {
  dimensions: { entered: 'day', origin: 'text', stage: 'text', days: 'integer' },
  measures: ['leads', 'left'],
  indexes: [],
};
const all = countsIn(schema, {});
const adds = (text: string): readonly string[] => {
  const [, rest = ''] = text.split('\nadds\n');
  return rest.split('\n\n')[0]?.split('\n').filter(Boolean) ?? [];
};

describe('explanationTable', () => {
  it('lists what each adds, and the total of all pages last', () => {
    const found: Explanation = {
      position: 12,
      total: { leads: 3, left: 1 },
      entities: [
        { id: 'a', adds: { leads: 1, left: 1 } },
        { id: 'b', adds: { leads: 1 } },
      ],
      nextCursor: 'x',
    };
    expect(explanationTable(found, null).split('\n')).toEqual([
      'entity  leads  left',
      '───────────────────',
      'a           1     1',
      'b           1     –',
      'total       3     1',
    ]);
  });
});

describe('entityText', () => {
  it('shows state, doubts, what it adds, and its events', () => {
    const text = entityText(entity, all, null);
    expect(text).toMatch(/^a, at position 12\n\nstate\n\{\n {2}"stage": "lead"\n\}\n/);
    expect(text).toContain('data quality: won-before-first-touch');
    expect(adds(text)).toEqual([
      '  leads 1: entered 2018-02-03, origin (none), stage lead',
      '  left 1: entered 2018-02-03, origin (none), stage visitor, days 4',
    ]);
    expect(text).toMatch(/7 {2}2018-02-03T00:00:00\.000Z {2}LeadCaptured {2}lead-a +0$/);
  });

  it('keeps the personal data of its events to itself', () => {
    expect(entityText(entity, all, null)).not.toContain('ann@example.org');
  });

  it.each([
    [{ stage: ['lead'] }, 1],
    [{ stage: ['lead', 'visitor'] }, 2],
    [{ days: [4] }, 1],
    [{ origin: [null] }, 2],
    [{ entered: ['2018'] }, 2],
    [{ entered: ['2018-02'] }, 2],
    [{ stage: ['l'] }, 0],
    // Left out is null to a query.
    [{ days: [null] }, 1],
    [{ entered: ['2018-02'], stage: ['visitor'] }, 1],
  ] as const)('shows of what it adds only what %j asks for', (where, count) => {
    expect(adds(entityText(entity, countsIn(schema, where), null))).toHaveLength(count);
  });

  it('takes a word for the whole of a text, not for how it begins', () => {
    const cell = (origin: string) => ({ cell: { origin, stage: 'lead' }, add: { leads: 1 } });
    const several = { ...entity, contributions: ['paid', 'paid-search', 'paid-social'].map(cell) };
    expect(adds(entityText(several, countsIn(schema, { origin: ['paid'] }), null))).toEqual([
      '  leads 1: origin paid, stage lead',
    ]);
  });
});
