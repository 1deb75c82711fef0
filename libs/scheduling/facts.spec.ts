import { describe, expect, it } from '@jest/globals';
import type { Happening } from '../domain/catalog.ts';
import { defineProjection } from '../projecting/define.ts';
import type { Reminder } from '../projecting/reminder.ts';
import { testContext } from '../projecting/testing.ts';
import type { Entity } from '../read-store/port.ts';
import { factOf } from './facts.ts';

const projection = defineProjection({
  name: 'any',
  version: 1,
  entity: {},
  initialState: () => 0,
  evolve: n => n,
});
const churned = (leadId: string, inactiveDays = 90): Happening => ({
  type: 'CustomerChurned',
  data: { leadId, lastOrderOn: '2026-01-01', inactiveDays },
});
const entity = (change: Partial<Entity> = {}): Entity => ({
  id: 'ann',
  state: 0,
  due: 7,
  quality: [],
  ...change,
});
const idOf = (reminder: Partial<Reminder>, of: Entity = entity()): string | undefined =>
  factOf({ projection, fact: ({ id }) => churned(id), ...reminder }, of, testContext())?.event.id;

describe('a fact that is due', () => {
  it('belongs to its lead, and occurred when it was due', () => {
    const fact = factOf({ projection, fact: ({ id }) => churned(id) }, entity(), testContext());
    expect(fact).toEqual({
      stream: 'lead-ann',
      event: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        type: 'CustomerChurned',
        version: 1,
        occurredAt: 7,
        data: churned('ann').data,
        metadata: { leadId: 'ann', actor: 'scheduler' },
      },
    });
  });

  it('has the same id whoever finds it, and another for another lead, instant or content', () => {
    const id = idOf({});
    expect(idOf({})).toBe(id);
    const others = [
      idOf({}, entity({ id: 'bob' })),
      idOf({}, entity({ due: 8 })),
      idOf({ fact: ({ id: lead }) => churned(lead, 30) }),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  it('goes by its number alone where facts are counted: of two that see different states, one is taken', () => {
    const first = idOf({ taken: () => 0 });
    expect(idOf({ taken: () => 0, fact: ({ id }) => churned(id, 30) }, entity({ due: 9 }))).toBe(first);
    expect(idOf({ taken: () => 1 })).not.toBe(first);
    expect(idOf({ taken: () => 0 }, entity({ id: 'bob' }))).not.toBe(first);
  });

  it('is none when nothing is due, or the reminder says so', () => {
    expect(idOf({}, entity({ due: null }))).toBeUndefined();
    expect(idOf({ fact: () => null })).toBeUndefined();
  });
});
