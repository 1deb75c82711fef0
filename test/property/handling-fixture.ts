import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import { createCommands } from '../../libs/handling/index.ts';
import type { CommandContext, Commands } from '../../libs/handling/port.ts';

/** 1 March 2024, 12:00 UTC. */
export const noon = Date.UTC(2024, 2, 1, 12);

export const stages = ['visitor', 'lead', 'mql', 'customer'];

export const by = (command: string, key?: string): CommandContext => ({
  command,
  actor: 'api',
  source: 'spec',
  correlationId: 'c-1',
  ...(key === undefined ? {} : { key }),
});

export const commandsOver = (events: EventStore, clock: () => number = () => noon): Commands =>
  createCommands({ events, clock, newId: () => v7(), secret: 'a secret of the specs', stages });

/** A log of its own in a folder of its own. */
export const openLog = () => {
  const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  const events = openSqliteEventStore({ file: join(folder, 'log.sqlite') });
  const all = (): Promise<readonly RecordedEvent[]> => events.readAll(0, 100_000);
  return {
    events,
    all,
    /** `stream's category: type`, in log order. */
    types: async (): Promise<readonly string[]> => (await all()).map(({ type }) => type),
    of: async (stream: string): Promise<readonly RecordedEvent[]> =>
      (await all()).filter(event => event.stream === stream),
    close: async (): Promise<void> => {
      await events.close();
      rmSync(folder, { recursive: true });
    },
  };
};

export type OpenLog = ReturnType<typeof openLog>;

/** A store that asks before each append; what the question throws or awaits happens before anything is written. */
export const asking = (
  events: EventStore,
  before: (stream: string) => void | Promise<void>,
  together = false,
): EventStore => ({
  append: async (stream, given, expected) => {
    await before(stream);
    return events.append(stream, given, expected);
  },
  // One after the other, as a store may that has no commit for several streams, unless it's told otherwise.
  appendEach: async appends => {
    if (together) {
      for (const { stream } of appends) await before(stream);
      return events.appendEach(appends);
    }
    const taken = [];
    for (const { stream, events: given, expected } of appends) {
      await before(stream);
      taken.push(await events.append(stream, given, expected));
    }
    return taken;
  },
  readStream: (stream, from) => events.readStream(stream, from),
  readAll: (after, limit) => events.readAll(after, limit),
  find: (filter, after, limit) => events.find(filter, after, limit),
  head: () => events.head(),
  onAppended: ring => events.onAppended(ring),
  close: () => events.close(),
});

/** A store whose process dies once `after` appends are taken: no later one is. */
export const dying = (events: EventStore, after: number): EventStore => {
  let taken = 0;
  return asking(events, () => {
    if (taken++ >= after) throw new Crash();
  });
};

export class Crash extends Error {
  override readonly name = 'Crash';
}
