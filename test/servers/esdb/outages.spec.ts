import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { temporaryFolder } from '../../support/folder.ts';
import { read, rejection, some, standIn } from './fixture.ts';
import { startEsdb } from './start.ts';

const its = standIn();

describe('a server that is killed', () => {
  it('drops subscriptions and appends with code 14, and the same client goes on when it is back', async () => {
    const { server, stream } = its;
    const client = EventStoreDBClient.connectionString(server.url);
    const events = some(3);
    const first = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    const subscription = client.subscribeToAll();
    const said: string[] = [];
    subscription.on('data', () => undefined).on('end', () => said.push('end'));
    const dropped = new Promise<unknown>(resolve => subscription.on('error', resolve));
    await new Promise(resolve => subscription.on('caughtUp', resolve));
    await server.kill();
    expect(await dropped).toMatchObject({ type: 'unavailable', code: 14 });
    expect(said).toEqual([]);
    const since = performance.now();
    const refused = await rejection(client.appendToStream(`${stream}-2`, some(1)));
    expect(refused.code).toBe(14);
    expect(performance.now() - since).toBeLessThan(2_000);
    await server.restart();
    const again = async () => client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    let answer: unknown;
    for (let tries = 0; answer === undefined && tries < 50; tries++) {
      answer = await again().catch(() => undefined);
      if (answer === undefined) await pause(50);
    }
    expect(answer).toEqual(first);
    expect(await read(client.readStream(stream))).toHaveLength(3);
    await client.dispose();
  });

  it('has after the restart what it acknowledged, at the same positions, also after a torn write', async () => {
    const { server, stream } = its;
    const client = EventStoreDBClient.connectionString(server.url);
    await client.appendToStream(stream, some(5), { expectedRevision: NO_STREAM });
    const places = async () =>
      (await read(client.readStream(stream))).map(({ id, position }) => `${id} ${position!.commit}`);
    const before = await places();
    await server.restart();
    expect(await places().catch(places)).toEqual(before);
    await client.dispose();
  });
});

describe('a server that starts', () => {
  it('says that it is not ready', async () => {
    const folder = temporaryFolder();
    const server = await startEsdb({ dir: folder.path, args: ['--no-sync', '--not-ready-ms', '800'] });
    const client = EventStoreDBClient.connectionString(server.url);
    expect(await rejection(read(client.readStream('s-1')))).toMatchObject({
      type: 'unknown',
      message: expect.stringContaining('Server Is Not Ready'),
    });
    await pause(900);
    expect((await client.appendToStream('s-1', some(1))).success).toBe(true);
    await client.dispose();
    await server.stop();
    folder.remove();
  });
});

describe('a cluster of one', () => {
  it('is found by several addresses, of which some are dead', async () => {
    const { server, stream } = its;
    const client = EventStoreDBClient.connectionString(
      `esdb://127.0.0.1:1,127.0.0.1:${server.port}?tls=false&gossipTimeout=1`,
    );
    expect((await client.appendToStream(stream, some(1))).success).toBe(true);
    await client.dispose();
  });
});
