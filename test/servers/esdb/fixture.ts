import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import {
  EventStoreDBClient,
  jsonEvent,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData,
  type RecordedEvent,
} from '@eventstore/db-client';
import { temporaryFolder } from '../../support/folder.ts';
import { startEsdb, type RunningEsdb, type StartOptions } from './start.ts';

/** An event of about so many bytes of data. */
export const sized = (bytes: number, id: string = randomUUID()): EventData =>
  jsonEvent({ id, type: 'Happened', data: { text: 'x'.repeat(bytes) } });

export const some = (count: number): EventData[] => Array.from({ length: count }, () => sized(10));

/** What a promise is rejected with. */
export const rejection = async (promise: Promise<unknown>): Promise<Record<string, unknown>> => {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('it was not rejected');
};

interface Reading {
  on(name: 'data', listener: (item: { readonly event?: RecordedEvent }) => void): unknown;
  on(name: 'end', listener: () => void): unknown;
  on(name: 'error', listener: (error: Error) => void): unknown;
}

/** All that a read gives, by its events, as a fast reader reads. */
export const read = (reading: Reading): Promise<readonly RecordedEvent[]> =>
  new Promise((resolve, reject) => {
    const events: RecordedEvent[] = [];
    reading.on('data', ({ event }) => {
      if (event !== undefined) events.push(event);
    });
    reading.on('end', () => resolve(events));
    reading.on('error', reject);
  });

export interface Fixture {
  readonly server: RunningEsdb;
  readonly client: EventStoreDBClient;
  /** A stream that nobody has used. */
  readonly stream: string;
  readonly append: (
    stream: string,
    events: readonly EventData[],
    expectedRevision: AppendExpectedRevision,
  ) => Promise<AppendResult>;
  /** Ids in a stream, in order. */
  readonly ids: (stream: string) => Promise<readonly string[]>;
}

/** A server for all tests of a file and the real client, with a new stream's name for each test. */
export const standIn = (options: Omit<StartOptions, 'dir'> = { args: ['--no-sync'] }): Fixture => {
  const folder = temporaryFolder();
  let server: RunningEsdb;
  let client: EventStoreDBClient;
  let stream = '';
  beforeAll(async () => {
    server = await startEsdb({ dir: folder.path, ...options });
    client = EventStoreDBClient.connectionString(server.url);
  });
  beforeEach(() => {
    stream = `s-${randomUUID()}`;
  });
  afterAll(async () => {
    await client.dispose();
    await server.stop();
    folder.remove();
  });
  return {
    get server() {
      return server;
    },
    get client() {
      return client;
    },
    get stream() {
      return stream;
    },
    append: (of, events, expectedRevision) => client.appendToStream(of, [...events], { expectedRevision }),
    ids: async of => (await read(client.readStream(of))).map(({ id }) => id),
  };
};
