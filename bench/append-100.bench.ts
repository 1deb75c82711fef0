import { join } from 'node:path';
import type { NewEvent } from '../libs/domain/event.ts';
import { openSqliteEventStore } from '../libs/event-store/sqlite/index.ts';
import { aCapture, benchFolder, openBareLog } from './bare-log.ts';
import type { Benchmark } from './port.ts';
import { compare } from './rounds.ts';

const callers = 100;

export const benchmark: Benchmark = {
  name: 'append-100',
  description:
    '100 callers that append one after the other, durable, against one commit for each 100 bare inserts',
  run: async options => {
    const folder = benchFolder();
    const store = openSqliteEventStore({ file: join(folder.path, 'ours.db') });
    const bare = openBareLog(join(folder.path, 'bare.db'));
    const each = options.quick === true ? 2 : 40;
    const eventsOf = (round: number) =>
      Array.from({ length: each * callers }, (_, n) => aCapture(round * each * callers + n));
    let list = eventsOf(0);
    const insertGroup = bare.db.transaction((group: readonly NewEvent[]) => {
      for (const event of group) bare.insert(`lead-${event.id}`, event);
    });
    const call = async (caller: number): Promise<void> => {
      for (const event of list.slice(caller * each, (caller + 1) * each))
        await store.append(`lead-${event.id}`, [event], 'NO_STREAM');
    };
    try {
      const result = await compare(
        {
          name: 'append-100',
          unit: 'appends/s',
          rounds: options.quick === true ? 3 : 20,
          wanted: 0.6,
          prepare: round => {
            list = eventsOf(round);
          },
          ours: async () => {
            await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
            return list.length;
          },
          bare: () => {
            for (let n = 0; n < list.length; n += callers) insertGroup(list.slice(n, n + callers));
            return list.length;
          },
        },
        options,
      );
      return [result];
    } finally {
      await store.close();
      bare.db.close();
      folder.remove();
    }
  },
};
