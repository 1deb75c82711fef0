import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A server that sends back what it gets. */
const echo = async (): Promise<Server> => {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/** A connection through the proxy, and what came back on it. */
const open = async (port: number) => {
  const socket: Socket = connect({ host: '127.0.0.1', port });
  let text = '';
  let ended: string | null = null;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (ended = error.code ?? 'error'));
  socket.on('close', () => (ended ??= 'closed'));
  await new Promise(resolve => socket.once('connect', resolve).once('close', resolve));
  const until = async (condition: () => boolean): Promise<boolean> => {
    for (let waited = 0; waited < 2_000; waited += 5) {
      if (condition()) return true;
      await pause(5);
    }
    return false;
  };
  return {
    socket,
    text: () => text,
    ended: () => ended,
    comes: (wanted: string) => until(() => text === wanted),
    ends: () => until(() => ended !== null),
  };
};

describe('the TCP proxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  beforeEach(async () => {
    server = await echo();
    proxy = await startTcpProxy({ target: { port: (server.address() as AddressInfo).port } });
  });
  afterEach(async () => {
    await proxy.close();
    await new Promise(resolve => server.close(resolve));
  });

  it('forwards bytes both ways, and counts them', async () => {
    const line = await open(proxy.port);
    line.socket.write('one');
    expect(await line.comes('one')).toBe(true);
    expect(proxy.forwarded()).toBe(6);
    expect(proxy.connections()).toBe(1);
  });

  it('forwards more than a socket holds at once', async () => {
    const line = await open(proxy.port);
    const much = 'x'.repeat(5_000_000);
    line.socket.write(much);
    expect(await line.comes(much)).toBe(true);
  });

  it('holds bytes, which arrive when it passes again', async () => {
    const line = await open(proxy.port);
    proxy.set('hold');
    line.socket.write('late');
    await pause(100);
    expect(line.text()).toBe('');
    proxy.set('pass');
    expect(await line.comes('late')).toBe(true);
    expect(line.ended()).toBeNull();
  });

  it('loses bytes without telling, and resets the connection once it passes again', async () => {
    const line = await open(proxy.port);
    proxy.set('drop');
    line.socket.write('lost');
    await pause(100);
    expect([line.text(), line.ended()]).toEqual(['', null]);
    proxy.set('pass');
    expect(await line.ends()).toBe(true);
    expect([line.text(), line.ended()]).toEqual(['', 'ECONNRESET']);
  });

  it('keeps a connection that lost nothing while bytes were dropped', async () => {
    const line = await open(proxy.port);
    proxy.set('drop');
    await pause(20);
    proxy.set('pass');
    line.socket.write('kept');
    expect(await line.comes('kept')).toBe(true);
  });

  it('accepts connections while it drops, and never answers', async () => {
    proxy.set('drop');
    const line = await open(proxy.port);
    line.socket.write('lost');
    await pause(100);
    expect([line.text(), line.ended()]).toEqual(['', null]);
  });

  it('resets what is open and lets new connections be', async () => {
    const before = await open(proxy.port);
    await pause(20);
    proxy.reset();
    expect(await before.ends()).toBe(true);
    const after = await open(proxy.port);
    after.socket.write('new');
    expect(await after.comes('new')).toBe(true);
  });

  it('resets everything while it refuses', async () => {
    const before = await open(proxy.port);
    await pause(20);
    proxy.set('refuse');
    expect(await before.ends()).toBe(true);
    const during = await open(proxy.port);
    expect(await during.ends()).toBe(true);
    proxy.set('pass');
    const after = await open(proxy.port);
    after.socket.write('again');
    expect(await after.comes('again')).toBe(true);
  });

  it('delays every piece', async () => {
    proxy.delay(100);
    const line = await open(proxy.port);
    const sent = performance.now();
    line.socket.write('slow');
    expect(await line.comes('slow')).toBe(true);
    // There and back.
    expect(performance.now() - sent).toBeGreaterThan(190);
  });

  it('ends both sides when one ends', async () => {
    const line = await open(proxy.port);
    line.socket.end('bye');
    expect(await line.comes('bye')).toBe(true);
    expect(await line.ends()).toBe(true);
    expect(line.ended()).toBe('closed');
  });

  it('resets a client whose server is not there', async () => {
    const nobody = await startTcpProxy({ target: { port: 1 } });
    const line = await open(nobody.port);
    expect(await line.ends()).toBe(true);
    await nobody.close();
  });
});
