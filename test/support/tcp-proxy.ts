import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of the bytes: `pass` forwards them; `hold` keeps them, as a cable that is pulled for a moment does, and they
 * arrive late; `drop` loses them, and the connections with them, though neither side is told; `refuse` resets every
 * connection, old and new, as a host without the server does.
 */
export type ProxyMode = 'pass' | 'hold' | 'drop' | 'refuse';

/** A TCP proxy in front of a server, for tests of what a client does when the network is bad. */
export interface TcpProxy {
  readonly host: string;
  readonly port: number;
  /** Changes how bytes are treated from now on, on connections old and new. */
  set(mode: ProxyMode): void;
  /** Every piece of bytes waits so long from now on, ms. */
  delay(ms: number): void;
  /** Resets the connections that are open; new ones are treated by the mode. */
  reset(): void;
  /** Connections that are open. */
  connections(): number;
  /** Bytes forwarded so far, both ways. */
  forwarded(): number;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  /** Where the server is. */
  readonly target: { readonly host?: string; readonly port: number };
  /** Where to listen on 127.0.0.1; a free port by default. */
  readonly port?: number;
}

interface Link {
  /** Some of its bytes were lost: nothing that comes later would make sense. */
  broken: boolean;
  readonly sockets: readonly [Socket, Socket];
}

/** @example const proxy = await startTcpProxy({ target: { port: 2113 } }); proxy.set('drop'); await proxy.close(); */
export const startTcpProxy = async ({ target, port = 0 }: TcpProxyOptions): Promise<TcpProxy> => {
  const { host = '127.0.0.1' } = target;
  const links = new Set<Link>();
  let mode: ProxyMode = 'pass';
  let delayMs = 0;
  let bytes = 0;

  const cut = (link: Link): void => {
    links.delete(link);
    for (const socket of link.sockets) if (!socket.destroyed) socket.resetAndDestroy();
  };

  const forward = (link: Link, from: Socket, to: Socket): void => {
    const write = (chunk: Buffer): void => {
      if (to.destroyed) return;
      bytes += chunk.length;
      if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => {
          if (mode !== 'hold') from.resume();
        });
      }
    };
    from.on('data', chunk => {
      if (mode === 'drop') link.broken = true;
      if (link.broken) return;
      if (delayMs === 0) write(chunk);
      else setTimeout(write, delayMs, chunk);
    });
    from.on('end', () => {
      // A farewell is lost like everything else.
      if (mode === 'drop') link.broken = true;
      else setTimeout(() => to.end(), delayMs);
    });
    from.on('error', () => cut(link));
    from.on('close', () => {
      links.delete(link);
      if (!link.broken && !to.destroyed) setTimeout(() => to.destroy(), delayMs);
    });
  };

  const server = createServer({ allowHalfOpen: true }, client => {
    if (mode === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host, port: target.port, allowHalfOpen: true });
    const link: Link = { broken: mode === 'drop', sockets: [client, upstream] };
    links.add(link);
    for (const socket of link.sockets) socket.setNoDelay(true);
    forward(link, client, upstream);
    forward(link, upstream, client);
    if (mode === 'hold') for (const socket of link.sockets) socket.pause();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    set: next => {
      mode = next;
      for (const link of [...links]) {
        if (mode === 'refuse' || (mode !== 'drop' && link.broken)) cut(link);
        else
          for (const socket of link.sockets)
            if (mode === 'hold') socket.pause();
            else socket.resume();
      }
    },
    delay: ms => {
      delayMs = ms;
    },
    reset: () => {
      for (const link of [...links]) cut(link);
    },
    connections: () => links.size,
    forwarded: () => bytes,
    close: async () => {
      for (const link of [...links]) cut(link);
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
};
