import { beforeEach, describe, expect, it, jest } from '@jest/globals';

/** Clients that do nothing but be made and be disposed of, when a test lets them. */
interface Made {
  readonly address: string;
  readonly dispose: jest.Mock<() => Promise<void>>;
}
const made: Made[] = [];
let disposing: () => Promise<void> = () => Promise.resolve();
jest.unstable_mockModule('@eventstore/db-client', () => ({
  EventStoreDBClient: {
    connectionString: (address: string): Made => {
      const client = { address, dispose: jest.fn(() => disposing()) };
      made.push(client);
      return client;
    },
  },
}));
const { createLine, sharedLine } = await import('./line.ts');

let now = 0;
beforeEach(() => {
  made.length = 0;
  now = 1_000;
  disposing = () => Promise.resolve();
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});

const address = 'esdb://127.0.0.1:2113?tls=false';

describe('a line to EventStoreDB', () => {
  it('makes its client when it is first asked for, and keeps it', async () => {
    const line = createLine(address);
    expect(made).toEqual([]);
    const [one, other] = [await line.held(), await line.held()];
    expect(one.client).toBe(other.client);
    expect(made.map(each => each.address)).toEqual([address]);
  });

  it('replaces a client that worked before and hangs now, and tells all who wait for it', async () => {
    const line = createLine(address);
    const held = await line.held();
    held.worked();
    const [told, gone] = [jest.fn(), jest.fn()];
    held.onGone(told);
    held.onGone(gone)();
    await line.hung(held);
    expect([told.mock.calls.length, gone.mock.calls.length]).toEqual([1, 0]);
    expect(made[0]!.dispose).toHaveBeenCalledTimes(1);
    expect((await line.held()).client).not.toBe(held.client);
    expect(made).toHaveLength(2);
  });

  it('leaves one that never worked half a minute to find the server', async () => {
    const line = createLine(address);
    const held = await line.held();
    now += 30_000;
    await line.hung(held);
    expect((await line.held()).client).toBe(held.client);
    now += 1;
    await line.hung(held);
    expect((await line.held()).client).not.toBe(held.client);
  });

  it('replaces a client once, however many say that it hangs', async () => {
    const line = createLine(address);
    const held = await line.held();
    held.worked();
    await Promise.all([line.hung(held), line.hung(held), line.hung(held)]);
    const next = await line.held();
    next.worked();
    await line.hung(held);
    expect((await line.held()).client).toBe(next.client);
    expect(made).toHaveLength(2);
  });

  it('gives no new client before the old one is gone', async () => {
    const gate = Promise.withResolvers<undefined>();
    disposing = () => gate.promise;
    const line = createLine(address);
    const held = await line.held();
    held.worked();
    const leaving = line.hung(held);
    const order: string[] = [];
    const next = Promise.resolve(line.held()).then(() => order.push('a new one'));
    // Another line's client would share the table of appends, too.
    const another = createLine(`${address}&connectionName=other`);
    const other = Promise.resolve(another.held()).then(() => order.push('another line’s'));
    await new Promise(resolve => setImmediate(resolve));
    order.push('gone');
    gate.resolve(undefined);
    await Promise.all([leaving, next, other]);
    expect(order[0]).toBe('gone');
    expect(order).toHaveLength(3);
  });

  it('goes on where an old client can’t be disposed of', async () => {
    disposing = () => Promise.reject(new Error('gone already'));
    const line = createLine(address);
    const held = await line.held();
    held.worked();
    await line.hung(held);
    expect((await line.held()).client).not.toBe(held.client);
    await line.close();
  });

  it('tells who waits when it is closed, and may be closed without having been used', async () => {
    const line = createLine(address);
    await line.close();
    expect(made).toEqual([]);
    const told = jest.fn();
    (await line.held()).onGone(told);
    await line.close();
    expect([told.mock.calls.length, made[0]!.dispose.mock.calls.length]).toEqual([1, 1]);
  });
});

describe('a line that stores share', () => {
  it('is one for all of an address, with what they have seen of the log, until the last one closes it', async () => {
    const [one, other] = [sharedLine(address), sharedLine(address)];
    expect(other.seen).toBe(one.seen);
    const held = await one.held();
    expect((await other.held()).client).toBe(held.client);
    await one.close();
    expect(made[0]!.dispose).not.toHaveBeenCalled();
    expect((await other.held()).client).toBe(held.client);
    await other.close();
    expect(made[0]!.dispose).toHaveBeenCalledTimes(1);
  });

  it('is another for another address, and a new one after it was closed', async () => {
    const [one, other] = [sharedLine(address), sharedLine(`${address}&keepAliveInterval=5`)];
    expect((await one.held()).client).not.toBe((await other.held()).client);
    one.seen.note(77);
    await one.close();
    const again = sharedLine(address);
    expect(again.seen.within(60_000)).toBeNull();
    expect((await again.held()).client).not.toBe(made[0]);
    await Promise.all([again.close(), other.close()]);
    expect(made.every(({ dispose }) => dispose.mock.calls.length === 1)).toBe(true);
  });
});
