import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoNetworkError } from 'mongodb';
import { hearClosing } from './hear-closing.ts';

interface Connection {
  readonly command: (namespace: unknown, command: object) => Promise<unknown>;
  readonly destroy: () => void;
}

const require = createRequire(import.meta.url);
const { Connection } = require('mongodb/lib/cmap/connection') as {
  readonly Connection: new (socket: Socket, options: object) => Connection;
};
const { ns } = require('mongodb/lib/utils') as { readonly ns: (name: string) => unknown };

hearClosing();
hearClosing();

describe('a command that is written', () => {
  let server: Server;
  let socket: Socket;
  let connection: Connection;
  beforeEach(async () => {
    // Takes connections, and reads nothing.
    server = createServer({ pauseOnConnect: true }, peer => peer.on('error', () => undefined));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    connection = new Connection(socket, { hostAddress: `127.0.0.1:${port}`, id: 1, generation: 0 });
  });
  afterEach(() => {
    socket.destroy();
    server.close();
  });

  const ping = (more: object = {}): Promise<unknown> =>
    connection.command(ns('admin.$cmd'), { ping: 1, ...more });

  it('fails when the connection has died and is not yet heard closing', async () => {
    socket.destroy();
    await expect(ping()).rejects.toThrow(MongoNetworkError);
  });

  it('fails when the connection closes before all of it is written', async () => {
    const written = ping({ much: 'x'.repeat(2 ** 23) });
    written.catch(() => undefined);
    await pause(20);
    expect(socket.writableNeedDrain).toBe(true);
    connection.destroy();
    await expect(written).rejects.toThrow(MongoNetworkError);
  });

  it('leaves nobody listening', async () => {
    const heard = connection as unknown as NodeJS.EventEmitter;
    const before = heard.listenerCount('close');
    const waiting = Array.from({ length: 5 }, () => ping());
    for (const each of waiting) each.catch(() => undefined);
    await pause(20);
    expect(heard.listenerCount('close')).toBe(before);
    connection.destroy();
  });
});
