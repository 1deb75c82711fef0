import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../domain/event.ts';
import type { CellDelta, Entity } from '../read-store/port.ts';
import { changesByEvent, changesOfStates, type Changes } from './changes.ts';
import { defineProjection, leadOf } from './define.ts';
import type { Assigned } from './delivery.ts';
import { createFolder, type Folder } from './fold.ts';
import { numberEntities } from './entity-numbers.ts';
import { rememberStandings, type Standings } from './standings.ts';
import { recorded, testContext } from './testing.ts';

interface Seen {
  readonly count: number;
  readonly last: number;
}

const asked = { contributes: 0 };
const seen = defineProjection({
  name: 'seen',
  version: 1,
  total: true,
  entity: { PageViewed: leadOf },
  initialState: (): Seen => ({ count: 0, last: 0 }),
  evolve: (state, { occurredAt, data }) => {
    if (data.url === 'broken') throw new Error('broken');
    return occurredAt < state.last ? state : { count: state.count + 1, last: occurredAt };
  },
  dimensions: { count: 'integer' },
  measures: ['leads'],
  contributes: ({ count }) => {
    asked.contributes++;
    return [{ cell: { count }, add: { leads: 1 } }];
  },
  due: ({ last }) => last + 10,
  quality: ({ count }) => (count > 3 ? [{ reason: 'busy', kept: true, cell: { count } }] : []),
});

const assigned = (leadId: string, at: number, position: number, url = '/'): Assigned => {
  const event: RecordedEvent = recorded(
    { type: 'PageViewed', data: { leadId, touchpointId: `t${position}`, url }, occurredAt: at },
    position,
  );
  return { event, raw: event, entity: leadId, error: null };
};

const lazily = (folder: Folder, standings: Standings): Changes =>
  changesOfStates({ standing: folder.standing, states: folder.states! }, standings, new Set());

const sorted = (cells: readonly CellDelta[]): readonly string[] =>
  cells.map(cell => JSON.stringify(cell)).sort();

const byId = (entities: readonly Entity[]): ReadonlyMap<string, Entity> =>
  new Map(entities.map(entity => [entity.id, entity]));

const events = fc.array(
  fc.record({
    lead: fc.constantFrom('a', 'b', 'c'),
    at: fc.nat(20),
    url: fc.constantFrom('/', '/', '/', '/', 'broken'),
  }),
  { maxLength: 40 },
);

describe('changes of states', () => {
  it('come to the same as changes that are worked out event by event, over any pages and commits', async () => {
    const folder = createFolder(seen, testContext());
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 9 }), async (facts, size) => {
        const all = facts.map(({ lead, at, url }, n) => assigned(lead, at, n + 1, url));
        const numbers = numberEntities();
        const [one, other] = [rememberStandings(1_000, numbers), rememberStandings(1_000, numbers)];
        const parked = new Set<string>();
        for (let at = 0; at < all.length; at += size) {
          const [lazy, eager] = [
            changesOfStates({ standing: folder.standing, states: folder.states! }, one, parked),
            changesByEvent(folder, other, parked, false),
          ];
          for (const event of all.slice(at, at + size)) {
            await lazy.fold([event]);
            await eager.fold([event]);
          }
          const [left, right] = [lazy.amendment(), eager.amendment()];
          expect(byId(left.entities)).toEqual(byId(right.entities));
          expect(sorted(left.cells)).toEqual(sorted(right.cells));
          expect(left.park).toEqual(right.park);
          for (const { entity } of left.park) parked.add(entity);
        }
      }),
    );
  });

  it('ask what a state contributes once for each commit and entity, and once for what it replaces', async () => {
    const folder = createFolder(seen, testContext());
    const standings = rememberStandings(1_000, numberEntities());
    const first = lazily(folder, standings);
    await first.fold(Array.from({ length: 50 }, (_, n) => assigned('a', n, n + 1)));
    asked.contributes = 0;
    const { cells } = first.amendment();
    expect(asked.contributes).toBe(1);
    expect(cells).toEqual([{ cell: { count: 50 }, add: { leads: 1 } }]);
    const second = lazily(folder, standings);
    await second.fold([assigned('a', 60, 51), assigned('a', 61, 52)]);
    asked.contributes = 0;
    expect(sorted(second.amendment().cells)).toEqual(
      sorted([
        { cell: { count: 50 }, add: { leads: -1 } },
        { cell: { count: 52 }, add: { leads: 1 } },
      ]),
    );
    expect(asked.contributes).toBe(2);
  });

  it('leave out entities that no event changed, and write due times and findings of those that did', async () => {
    const folder = createFolder(seen, testContext());
    const standings = rememberStandings(1_000, numberEntities());
    standings.settle('old', { count: 1, last: 99 });
    const changes = lazily(folder, standings);
    await changes.fold([assigned('old', 5, 1), ...[2, 3, 4, 5].map(n => assigned('new', n, n))]);
    const { entities } = changes.amendment();
    expect(entities).toEqual([
      {
        id: 'new',
        state: { count: 4, last: 5 },
        due: 15,
        quality: [{ reason: 'busy', kept: true, cell: { count: 4 } }],
      },
    ]);
  });

  it('queue what comes after an event that fails, and keep what came before', async () => {
    const folder = createFolder(seen, testContext());
    const changes = lazily(folder, rememberStandings(1_000, numberEntities()));
    await changes.fold([assigned('a', 1, 1), assigned('a', 2, 2, 'broken'), assigned('b', 1, 3)]);
    await changes.fold([assigned('a', 3, 4)]);
    const { park, entities } = changes.amendment();
    expect(park.map(({ position, error }) => [position, error])).toEqual([
      [2, 'Error: broken'],
      [4, null],
    ]);
    expect(entities.map(({ id, state }) => [id, state])).toEqual([
      ['a', { count: 1, last: 1 }],
      ['b', { count: 1, last: 1 }],
    ]);
  });
});
