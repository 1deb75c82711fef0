import { randomUUID } from 'node:crypto';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { aCapture } from './bare-log.ts';
import { openEsdbBench } from './esdb-server.ts';
import type { Benchmark } from './port.ts';
import { compare } from './rounds.ts';

/** As many as the projector reads at once. */
const page = 5_000;
const perAppend = 500;

const readBare = (client: EventStoreDBClient, maxCount: number, after: bigint): Promise<number> =>
  new Promise((resolve, reject) => {
    let count = 0;
    client
      .readAll({ maxCount, fromPosition: { commit: after, prepare: after } })
      .on('data', ({ event }) => {
        if (event !== undefined && !event.type.startsWith('$')) count++;
      })
      .on('error', reject)
      .on('end', () => resolve(count));
  });

export const benchmark: Benchmark = {
  name: 'esdb-read',
  description: 'reading the log of EventStoreDB in pages of 5,000, against one bare readAll to its end',
  run: async options => {
    const { store, client, close } = await openEsdbBench();
    const count = options.quick === true ? 2_000 : 50_000;
    try {
      const start = await store.head();
      for (let n = 0; n < count; n += perAppend)
        await store.append(
          `lead-${randomUUID()}`,
          Array.from({ length: perAppend }, (_, m) => ({ ...aCapture(n + m), id: randomUUID() })),
          'NO_STREAM',
        );
      options.log(`esdb-read: ${count} events are written`);
      const result = await compare(
        {
          name: 'esdb-read',
          unit: 'events/s',
          rounds: options.quick === true ? 1 : 6,
          wanted: 0.8,
          ours: async () => {
            let [after, read] = [start, 0];
            for (;;) {
              const events = await store.readAll(after, page);
              read += events.length;
              after = events.at(-1)?.position ?? after;
              if (events.length < page) return read;
            }
          },
          bare: () => readBare(client, count + 2, BigInt(start)),
        },
        options,
      );
      return [result];
    } finally {
      await close();
    }
  },
};
