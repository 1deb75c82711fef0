import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { CheckpointConflict, ReadStoreUnavailable } from '../errors.ts';
import { answer, answerWithin, clientOf, databaseOf } from './connection.ts';

describe('the client', () => {
  it('reads and writes as consistency needs it, whatever the connection string says', async () => {
    const client = clientOf(
      'mongodb://127.0.0.1:1/?w=0&readConcernLevel=local&readPreference=nearest&retryWrites=false',
    );
    const { readConcern, writeConcern, readPreference, retryWrites, retryReads } = client.options;
    expect([readConcern.level, writeConcern.w, readPreference.mode]).toEqual([
      'majority',
      'majority',
      'primary',
    ]);
    expect([retryWrites, retryReads]).toEqual([true, true]);
    await client.close();
  });

  it('leaves the rest to the connection string', async () => {
    const client = clientOf('mongodb://ann:secret@127.0.0.1:1,127.0.0.1:2/site?tls=true&replicaSet=rs0');
    const { hosts, replicaSet, tls, credentials } = client.options;
    expect(hosts.map(String)).toEqual(['127.0.0.1:1', '127.0.0.1:2']);
    expect([replicaSet, tls, credentials?.username]).toEqual(['rs0', true, 'ann']);
    await client.close();
  });

  it('tries again after a first connection that failed', async () => {
    const server = createServer(socket => socket.destroy());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = clientOf(`mongodb://127.0.0.1:${port}`);
    const ask = (): Promise<unknown> => client.db().command({ ping: 1 });
    await expect(ask()).rejects.toThrow(MongoServerSelectionError);
    const again = Promise.all([ask(), ask()]);
    again.catch(() => undefined);
    await once(server, 'connection');
    await client.close();
    await expect(again).rejects.toThrow();
    server.close();
  });

  it.each([
    ['mongodb://127.0.0.1:1', 'leadfold'],
    ['mongodb://127.0.0.1:1/', 'leadfold'],
    ['mongodb://127.0.0.1:1/?appName=x', 'leadfold'],
    ['mongodb://127.0.0.1:1/site', 'site'],
    ['mongodb://ann:a%2Fb@127.0.0.1:1,127.0.0.1:2/site?w=1', 'site'],
  ])('with %s works on the database %s', async (url, name) => {
    const client = clientOf(url);
    expect(databaseOf(client, url).databaseName).toBe(name);
    await client.close();
  });
});

describe('an answer', () => {
  it('of a server that is away is ReadStoreUnavailable, with what happened', async () => {
    const cause = new MongoNetworkError('connection refused');
    await expect(answer(() => Promise.reject(cause))).rejects.toMatchObject({
      name: 'ReadStoreUnavailable',
      message: 'the read store is away: connection refused',
      cause,
    });
  });

  it('that refuses stays what it is', async () => {
    const conflict = new CheckpointConflict({ name: 'deals', generation: 1 }, 1, 2);
    const refused = new MongoServerError({ message: 'document failed validation', code: 121 });
    for (const error of [conflict, refused, new TypeError('a defect')])
      await expect(answer(() => Promise.reject(error))).rejects.toBe(error);
  });

  it('that comes in time is given', async () => {
    await expect(answerWithin(1_000, () => Promise.resolve(7))).resolves.toBe(7);
  });

  it('that does not come in time is given up, and the work is told', async () => {
    let told: unknown;
    const late = answerWithin(20, async signal => {
      await pause(60);
      told = signal.reason;
      signal.throwIfAborted();
    });
    await expect(late).rejects.toThrow('the read store has not answered within 20 ms');
    await expect(late).rejects.toBeInstanceOf(ReadStoreUnavailable);
    await pause(80);
    expect(told).toBeInstanceOf(ReadStoreUnavailable);
  });

  it('that fails after it was given up bothers nobody', async () => {
    const failing = answerWithin(10, async () => {
      await pause(30);
      throw new Error('nobody hears this');
    });
    await expect(failing).rejects.toBeInstanceOf(ReadStoreUnavailable);
    await pause(50);
  });
});
