import { describe, expect, it } from '@jest/globals';
import { ANY, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { some, standIn } from './fixture.ts';

const its = standIn({ args: ['--remembered', '50'] });

describe('a repeat with ANY', () => {
  it('is written twice once so many others came between', async () => {
    const { append, ids, stream } = its;
    const events = some(1);
    await append(stream, events, ANY);
    await append(`${stream}-2`, some(51), ANY);
    await append(stream, events, ANY);
    expect(await ids(stream)).toHaveLength(2);
  });

  it('is written twice after a restart, where one with a revision is still known', async () => {
    const { append, stream, server } = its;
    const [any, exact] = [some(1), some(2)];
    await append(stream, any, ANY);
    const first = await append(`${stream}-2`, exact, NO_STREAM);
    await server.restart();
    const client = EventStoreDBClient.connectionString(server.url);
    await client.appendToStream(stream, any, { expectedRevision: ANY });
    expect(await client.appendToStream(`${stream}-2`, exact, { expectedRevision: NO_STREAM })).toEqual(first);
    const lengths: number[] = [];
    for (const name of [stream, `${stream}-2`]) {
      let length = 0;
      for await (const { event } of client.readStream(name)) length += event === undefined ? 0 : 1;
      lengths.push(length);
    }
    expect(lengths).toEqual([2, 2]);
    await client.dispose();
  });
});
