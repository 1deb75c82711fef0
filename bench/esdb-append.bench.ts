import { randomUUID } from 'node:crypto';
import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import type { NewEvent } from '../libs/domain/event.ts';
import { aCapture } from './bare-log.ts';
import { openEsdbBench, type EsdbBench } from './esdb-server.ts';
import type { Benchmark, BenchOptions, BenchResult } from './port.ts';
import { compare } from './rounds.ts';

/** How a caller appends its events, one after the other. */
type Caller = (bench: EsdbBench, name: string, events: readonly NewEvent[]) => Promise<void>;

const bareEvent = ({ id, type, data, metadata }: NewEvent) =>
  jsonEvent({ id, type, data: data as Record<string, unknown>, metadata: { ...metadata } });

/** Each to a new stream. */
const begin: { readonly ours: Caller; readonly bare: Caller } = {
  ours: async ({ store }, name, events) => {
    for (const [n, event] of events.entries()) await store.append(`lead-${name}.${n}`, [event], 'NO_STREAM');
  },
  bare: async ({ client }, name, events) => {
    for (const [n, event] of events.entries())
      await client.appendToStream(`lead-${name}.${n}`, bareEvent(event), { expectedRevision: NO_STREAM });
  },
};

/** All to one stream, each at the revision of the one before. */
const goOn: { readonly ours: Caller; readonly bare: Caller } = {
  ours: async ({ store }, name, events) => {
    for (const [n, event] of events.entries())
      await store.append(`lead-${name}`, [event], n === 0 ? 'NO_STREAM' : n - 1);
  },
  bare: async ({ client }, name, events) => {
    for (const [n, event] of events.entries())
      await client.appendToStream(`lead-${name}`, bareEvent(event), {
        expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1),
      });
  },
};

/** With ANY, each to a stream that this process has not seen: it is read first. */
const anyCold: Caller = async ({ store }, name, events) => {
  for (const [n, event] of events.entries()) await store.append(`lead-${name}.${n}`, [event], 'ANY');
};

interface Work {
  readonly name: string;
  readonly callers: number;
  /** Appends of each caller in a round. */
  readonly each: number;
  readonly ours: Caller;
  readonly bare: Caller;
}

const wanted = 0.8;

const measure = (bench: EsdbBench, work: Work, options: BenchOptions): Promise<BenchResult> => {
  const { name, callers, ours, bare } = work;
  const each = options.quick === true ? 3 : work.each;
  let events: readonly NewEvent[] = [];
  const run = (caller: Caller) => async (): Promise<number> => {
    const round = randomUUID();
    await Promise.all(
      Array.from({ length: callers }, (_, n) =>
        caller(bench, `${round}.${n}`, events.slice(n * each, (n + 1) * each)),
      ),
    );
    return callers * each;
  };
  return compare(
    {
      name,
      unit: 'appends/s',
      rounds: options.quick === true ? 2 : 24,
      wanted,
      prepare: () => {
        events = Array.from({ length: callers * each }, (_, n) => ({ ...aCapture(n), id: randomUUID() }));
      },
      ours: run(ours),
      bare: run(bare),
    },
    options,
  );
};

export const benchmark: Benchmark = {
  name: 'esdb-append',
  description: 'appends to EventStoreDB, one caller and 100, against the bare client at the same server',
  run: async options => {
    const bench = await openEsdbBench();
    try {
      const results: BenchResult[] = [];
      for (const [callers, each] of [
        [1, 150],
        [100, 20],
      ] as const) {
        const at = { callers, each };
        results.push(await measure(bench, { name: `esdb-begin-${callers}`, ...at, ...begin }, options));
        results.push(await measure(bench, { name: `esdb-go-on-${callers}`, ...at, ...goOn }, options));
        const cold = { name: `esdb-any-cold-${callers}`, ...at, ours: anyCold, bare: begin.bare };
        const { name, value, unit, limit, ratio } = await measure(bench, cold, options);
        // Listed apart: a stream that nobody knows has to be read before its ids can be.
        results.push({ name, value, unit, limit, ratio });
      }
      return results;
    } finally {
      await bench.close();
    }
  },
};
