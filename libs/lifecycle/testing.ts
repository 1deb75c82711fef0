import type { RecordedEvent } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import { createMapping, type LifecycleRules, type ToLifecycle } from './mapping.ts';
import type { CheckpointStore } from './port.ts';

/** The rules of a workspace that has the usual stages. */
export const testRules: LifecycleRules = {
  source: 'urn:leadfold:test',
  stages: ['visitor', 'lead', 'mql', 'sql', 'opportunity', 'customer', 'advocate'],
  qualifiedStage: 'mql',
};

/** The mapping by those rules. */
export const testMapping: ToLifecycle = createMapping(testRules);

/** A page view or another event of a lead, as the log would hold it at a position. */
export const recordedAt = (
  position: number,
  type: string,
  data: Readonly<Record<string, unknown>>,
): RecordedEvent => ({
  id: `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`,
  type,
  version: 1,
  occurredAt: Date.UTC(2026, 0, 1) + position,
  recordedAt: Date.UTC(2026, 0, 2) + position,
  data,
  metadata: {},
  stream: `lead-${String(data['leadId'])}`,
  revision: 0,
  position,
});

/** Checkpoints in memory, for specifications; it remembers every save. */
export const memoryCheckpoints = (): CheckpointStore & { readonly saves: readonly number[] } => {
  const positions = new Map<string, number>();
  const holders = new Map<string, { readonly owner: string; readonly until: number }>();
  const saves: number[] = [];
  return {
    saves,
    load: name => Promise.resolve(positions.get(name) ?? null),
    save: (name, position) => {
      saves.push(position);
      positions.set(name, Math.max(position, positions.get(name) ?? 0));
      return Promise.resolve();
    },
    hold: (name, owner, ms) => {
      const holder = holders.get(name);
      const free = holder === undefined || holder.owner === owner || holder.until <= Date.now();
      if (free) holders.set(name, { owner, until: Date.now() + ms });
      return Promise.resolve(free);
    },
    release: (name, owner) => {
      if (holders.get(name)?.owner === owner) holders.delete(name);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
};

/** Appends events of these types to a log, one after the other, each for lead `l1` unless told otherwise. */
export const appendTo = (
  events: EventStore,
  leadId = 'l1',
): ((...types: readonly string[]) => Promise<void>) => {
  let place = 0;
  return async (...types) => {
    for (const type of types) {
      const { id, version, occurredAt, data, metadata } = recordedAt(++place, type, { leadId });
      await events.append(`lead-${leadId}`, [{ id, type, version, occurredAt, data, metadata }], 'ANY');
    }
  };
};

/** Resolves when the condition holds. @throws Error when it doesn't for half a minute */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  patienceMs = 30_000,
): Promise<void> => {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${patienceMs} ms: ${String(condition)}`);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
};
