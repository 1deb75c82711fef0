import { join } from 'node:path';
import type { EventStore } from '../../libs/event-store/port.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import type { Projector } from '../../libs/projecting/port.ts';
import { createProjector } from '../../libs/projecting/projector.ts';
import { testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import type { ReadStore } from '../../libs/read-store/port.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import { visits } from '../property/projecting/arbitraries.ts';
import { liveOf, snapshot, toAppend } from '../property/projecting.ts';
import { temporaryFolder } from './folder.ts';

const at = (day: number): number => Date.UTC(2018, 0, day, 12);

/**
 * Nine events, three to a commit: entities that are new and that come again, totals that grow and are taken back, an event
 * that can't be folded and those that queue behind it.
 */
const history: readonly ShortEvent[] = [
  { type: 'LeadCaptured', data: { leadId: 'a', origin: 'social' }, occurredAt: at(1) },
  { type: 'PageViewed', data: { leadId: 'a', touchpointId: 't1' }, occurredAt: at(2) },
  { type: 'LeadCaptured', data: { leadId: 'c', origin: 'e-mail' }, occurredAt: at(2) },
  { type: 'PageViewed', data: { leadId: 'b', touchpointId: 't1' }, occurredAt: at(31) },
  { type: 'PageViewed', data: { leadId: 'a', touchpointId: 't2' }, occurredAt: at(33) },
  { type: 'PageViewed', data: { leadId: 'c', touchpointId: 't1' }, occurredAt: at(34) },
  { type: 'LeadStageChanged', data: { leadId: 'b', stage: 'mql' }, occurredAt: at(40) },
  { type: 'PageViewed', data: { leadId: 'a', touchpointId: 't3' }, occurredAt: at(41) },
  { type: 'LeadCaptured', data: { leadId: 'b', origin: 'search' }, occurredAt: at(1) },
];

/** What a reader may see: snapshots by position. */
export type Prefixes = ReadonlyMap<number, unknown>;

export interface ProtocolCase {
  readonly events: EventStore;
  readonly projector: (reads: ReadStore) => Projector;
  /** The read model at each place where a commit ends, from a store of another kind. */
  readonly prefixes: Prefixes;
  readonly end: number;
  close(): Promise<void>;
}

/** A log, and what its read model is after each of the commits by which it is projected. */
export const protocolCase = async (): Promise<ProtocolCase> => {
  const folder = temporaryFolder();
  const events = openSqliteEventStore({ file: join(folder.path, 'events.db') });
  for (const [place, short] of history.entries()) {
    const { stream, event } = toAppend(short, place);
    await events.append(stream, [event], 'ANY');
  }
  const projector = (reads: ReadStore): Projector =>
    createProjector({
      events,
      reads,
      projections: [visits],
      context: testContext(),
      clock: Date.now,
      batchSize: 3,
    });
  const plain = openSqliteReadStore({ dir: join(folder.path, 'plain') });
  const prefixes = new Map<number, unknown>();
  const remember = async (): Promise<void> => {
    const seen = await snapshot(plain, await liveOf(plain, visits.name));
    prefixes.set((seen as { readonly position: number }).position, seen);
  };
  await projector({
    ...plain,
    commit: async (id, batch) => {
      if (prefixes.size === 0) await remember();
      await plain.commit(id, batch);
      await remember();
    },
  }).catchUp();
  await plain.close();
  return {
    events,
    projector,
    prefixes,
    end: Math.max(...prefixes.keys()),
    close: async () => {
      await events.close();
      folder.remove();
    },
  };
};
