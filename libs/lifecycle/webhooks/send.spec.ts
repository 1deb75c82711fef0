import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSender, type Sender, type SenderOptions } from './send.ts';
import { parseNetworks } from './target.ts';

const opened: { readonly servers: Server[]; readonly senders: Sender[] } = { servers: [], senders: [] };

afterEach(async () => {
  for (const sender of opened.senders.splice(0)) sender.close();
  for (const server of opened.servers.splice(0)) {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  opened.servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const loopback = { allowed: parseNetworks('127.0.0.0/8') };
const open = (options: SenderOptions = loopback): Sender => {
  const sender = createSender(options);
  opened.senders.push(sender);
  return sender;
};

const post = (url: string, options?: SenderOptions) =>
  open(options).post(url, { 'x-test': '1' }, '{"a":"ü"}');

describe('posting to a webhook', () => {
  it('sends headers and the whole body, and takes any 2xx', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push(request.method, request.headers['x-test'], body);
        response.writeHead(202).end('thanks');
      });
    });
    expect(await post(url)).toEqual({ status: 202, error: null });
    expect(seen).toEqual(['POST', '1', '{"a":"ü"}']);
  });

  it('follows no redirect', async () => {
    let elsewhere = 0;
    const other = await serve((_, response) => {
      elsewhere++;
      response.end();
    });
    for (const status of [301, 302, 307, 308]) {
      const url = await serve((_, response) => response.writeHead(status, { location: other }).end());
      expect(await post(url)).toEqual({ status, error: 'status' });
    }
    expect(elsewhere).toBe(0);
  });

  it.each([400, 404, 410, 429, 500, 503])('takes %i as a failure', async status => {
    const url = await serve((_, response) => response.writeHead(status).end());
    expect(await post(url)).toEqual({ status, error: 'status' });
  });

  it('answers what Retry-After said', async () => {
    const url = await serve((_, response) => response.writeHead(429, { 'retry-after': '120' }).end());
    expect(await post(url)).toEqual({ status: 429, error: 'status', retryAfter: '120' });
  });

  it('waits no longer than it should, for headers and for the body', async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_, response) => {
      response.writeHead(200).write('x');
    });
    for (const url of [silent, slow])
      expect(await post(url, { ...loopback, timeoutMs: 100 })).toEqual({ status: null, error: 'timeout' });
  });

  it('reads no more of an answer than it should', async () => {
    let sent = 0;
    let cut = (): void => undefined;
    const wasCut = new Promise<void>(resolve => (cut = resolve));
    const url = await serve((_, response) => {
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.writeHead(200);
      response.on('drain', more);
      response.on('close', cut);
      more();
    });
    expect(await post(url)).toEqual({ status: 200, error: null });
    await wasCut;
    expect(sent).toBeLessThan(20_000_000);
  });

  it('says how it failed where nobody answers', async () => {
    const url = await serve(request => request.socket.destroy());
    expect(await post(url)).toEqual({ status: null, error: 'connection' });
    expect(await post('http://127.0.0.1:1/')).toEqual({ status: null, error: 'connection' });
    const resolve = () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));
    expect(await post('https://nowhere.example/', { ...loopback, resolve })).toEqual({
      status: null,
      error: 'dns',
    });
  });

  it('does not speak TLS with one who can’t', async () => {
    const url = await serve((_, response) => response.end());
    const { error } = await post(url.replace('http:', 'https:'));
    expect(['tls', 'connection']).toContain(error);
  });
});

describe('a target that is not allowed', () => {
  const refused = { status: null, error: 'target-refused' };

  it('is never connected to', async () => {
    let connections = 0;
    const url = await serve((_, response) => {
      connections++;
      response.end();
    });
    expect(await post(url, { allowed: [] })).toEqual(refused);
    expect(await post(url, { allowed: parseNetworks('10.0.0.0/8') })).toEqual(refused);
    expect(await post('https://localhost/', { allowed: [] })).toEqual(refused);
    expect(connections).toBe(0);
  });

  it('is found out when its name is looked up, each time', async () => {
    let connections = 0;
    const url = await serve((_, response) => {
      connections++;
      response.end();
    });
    const port = new URL(url).port;
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '169.254.169.254', '::1', 'fe80::1'])
      expect([
        address,
        await post(`https://innocent.example:${port}/`, {
          allowed: [],
          resolve: () => Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]),
        }),
      ]).toEqual([address, refused]);
    expect(connections).toBe(0);
  });

  it('gains nothing by meaning something else a moment later', async () => {
    let connections = 0;
    const url = await serve((_, response) => {
      connections++;
      response.end();
    });
    const answers = ['127.0.0.1', '10.0.0.1', '127.0.0.1'];
    const asked: string[] = [];
    const sender = open({
      ...loopback,
      resolve: hostname => {
        asked.push(hostname);
        return Promise.resolve([{ address: answers[asked.length - 1]!, family: 4 }]);
      },
    });
    const target = url.replace('127.0.0.1', 'rebinding.example');
    const send = () => sender.post(target, { connection: 'close' }, '{}');
    expect([await send(), await send(), await send()]).toEqual([
      { status: 200, error: null },
      refused,
      { status: 200, error: null },
    ]);
    // One look-up for a connection: what was checked is what was connected to.
    expect([asked.length, connections]).toEqual([3, 2]);
  });
});
