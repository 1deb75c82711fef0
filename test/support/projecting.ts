import { join } from 'node:path';
import type { EventStore } from '../../libs/event-store/port.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { defineProjection, leadOf, type Projection } from '../../libs/projecting/define.ts';
import type { Projecting, Projector } from '../../libs/projecting/port.ts';
import { createProjector } from '../../libs/projecting/projector.ts';
import { recorded, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import type { CellRow, Generation, ReadStore } from '../../libs/read-store/port.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import { temporaryFolder } from './folder.ts';

/** Which urls the counting projection can't stand. */
export const mended = new Set<string>();

/** Leads by the number of pages that they have seen and by the day of the last one. The url `poison` fails unless mended. */
export const pages = (version = 1, weight = 1): Projection =>
  defineProjection({
    name: 'pages',
    version,
    entity: { PageViewed: leadOf },
    initialState: (): { readonly seen: number; readonly last: number } => ({ seen: 0, last: 0 }),
    evolve: (state, event) => {
      const { url } = event.data;
      if (url === 'poison' && !mended.has(url)) throw new Error('this page cannot be read');
      return { seen: state.seen + 1, last: Math.max(state.last, event.occurredAt) };
    },
    dimensions: { seen: 'integer', last: 'day' },
    measures: ['leads', 'views'],
    contributes: ({ seen, last }, { calendar }) => [
      { cell: { seen, last: calendar.day(last) }, add: { leads: weight, views: seen } },
    ],
    quality: ({ seen }) => (seen > 3 ? [{ reason: 'many', kept: true, cell: { seen } }] : []),
  });

/** That many page views, of three leads in turn. */
export const views = (count: number): readonly (readonly [lead: string])[] =>
  Array.from({ length: count }, (_, n) => [`l${n % 3}`] as const);

/** A log, a read store and projectors over them. */
export interface Site {
  readonly events: EventStore;
  /** Of the log. */
  readonly file: string;
  readonly reads: ReadStore;
  /** Appends a page view each: `[lead, url]`. Ids go on from the last. */
  readonly see: (...views: readonly (readonly [lead: string, url?: string])[]) => Promise<void>;
  readonly append: (event: ShortEvent) => Promise<string>;
  readonly projector: (change?: Partial<Projecting>) => Projector;
  /** Another handle on the same read store, as another process has. */
  readonly otherReads: () => ReadStore;
  readonly live: (name?: string) => Promise<Generation | undefined>;
  readonly rows: (generation?: Generation) => Promise<readonly CellRow[]>;
  readonly close: () => Promise<void>;
}

export const openSite = (): Site => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'events.db');
  const events = openSqliteEventStore({ file, pollMs: 20 });
  const stores = [openSqliteReadStore({ dir: join(folder.path, 'read') })];
  const [reads] = stores as [ReadStore];
  const projectors: Projector[] = [];
  let place = 0;
  const live = async (name = 'pages'): Promise<Generation | undefined> =>
    (await reads.generations(name)).find(({ status }) => status === 'live');
  const append = async (short: ShortEvent): Promise<string> => {
    const { id, type, version, occurredAt, data, metadata, stream } = recorded(short, ++place);
    await events.append(stream, [{ id, type, version, occurredAt, data, metadata }], 'ANY');
    return id;
  };
  return {
    events,
    file,
    reads,
    append,
    see: async (...views) => {
      for (const [leadId, url] of views)
        await append({
          type: 'PageViewed',
          data: { leadId, touchpointId: 't', ...(url === undefined ? {} : { url }) },
          occurredAt: Date.UTC(2018, 0, 1 + (place % 3), 12),
        });
    },
    projector: (change = {}) => {
      const projector = createProjector({
        events,
        reads,
        projections: [pages()],
        context: testContext(),
        clock: Date.now,
        batchSize: 4,
        ...change,
      });
      projectors.push(projector);
      return projector;
    },
    otherReads: () => {
      const store = openSqliteReadStore({ dir: join(folder.path, 'read') });
      stores.push(store);
      return store;
    },
    live,
    rows: async generation => {
      const id = generation ?? (await live());
      if (id === undefined) return [];
      return (await reads.cells(id, { measures: ['leads', 'views'], by: [{ dimension: 'seen' }], where: {} }))
        .value;
    },
    close: async () => {
      for (const projector of projectors) await projector.stop();
      for (const store of stores) await store.close();
      await events.close();
      folder.remove();
      mended.clear();
    },
  };
};
