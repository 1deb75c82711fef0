import { join } from 'node:path';
import { openSqliteEventStore } from '../libs/event-store/sqlite/index.ts';
import { aCapture, benchFolder, openBareLog } from './bare-log.ts';
import type { Benchmark } from './port.ts';
import { compare } from './rounds.ts';

export const benchmark: Benchmark = {
  name: 'append-one',
  description: 'one durable append at a time, each to a new stream, against a bare INSERT and commit',
  run: async options => {
    const folder = benchFolder();
    const store = openSqliteEventStore({ file: join(folder.path, 'ours.db') });
    const bare = openBareLog(join(folder.path, 'bare.db'));
    const size = options.quick === true ? 50 : 500;
    const eventsOf = (round: number) => Array.from({ length: size }, (_, n) => aCapture(round * size + n));
    let list = eventsOf(0);
    try {
      const result = await compare(
        {
          name: 'append-one',
          unit: 'appends/s',
          rounds: options.quick === true ? 3 : 20,
          wanted: 0.7,
          prepare: round => {
            list = eventsOf(round);
          },
          ours: async () => {
            for (const event of list) await store.append(`lead-${event.id}`, [event], 'NO_STREAM');
            return size;
          },
          bare: () => {
            for (const event of list) bare.insert(`lead-${event.id}`, event);
            return size;
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
