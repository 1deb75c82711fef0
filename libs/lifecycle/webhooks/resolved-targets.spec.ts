import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSender } from './send.ts';
import { parseNetworks } from './target.ts';

const refused = { status: null, error: 'target-refused' };
let server: Server;
let port: number;
let requests: { readonly host: string; readonly path: string }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ host: request.headers.host ?? '', path: request.url ?? '' });
    response.end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  requests = [];
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise(resolve => server.close(resolve));
});

/** Posts once, where names mean these addresses. */
const posting = async (url: string, found: readonly string[], allowed: string | null = null) => {
  const asked: string[] = [];
  const sender = createSender({
    allowed: allowed === null ? [] : parseNetworks(allowed),
    timeoutMs: 2_000,
    resolve: name => {
      asked.push(name);
      return Promise.resolve(found.map(address => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  });
  try {
    return { answer: await sender.post(url, {}, '{}'), asked };
  } finally {
    sender.close();
  }
};

describe('a name that means an address within', () => {
  it.each([
    ['127.0.0.1'],
    ['127.255.255.254'],
    ['0.0.0.0'],
    ['10.0.0.1'],
    ['172.31.255.255'],
    ['192.168.0.1'],
    ['169.254.169.254'],
    ['100.100.100.200'],
    ['::1'],
    ['::'],
    ['fe80::1'],
    ['fe80::1%eth0'],
    ['fd00:ec2::254'],
    ['::ffff:10.0.0.1'],
    ['64:ff9b::a00:1'],
    ['2002:7f00:1::'],
  ])('%s is never connected to', async address => {
    const { answer, asked } = await posting(`https://innocent.example:${port}/`, [address]);
    expect(answer).toEqual(refused);
    expect(asked).toEqual(['innocent.example']);
    expect(requests).toEqual([]);
  });

  it.each([0, 1, 2])('is not connected to where a public one stands beside it, at place %i', async place => {
    const found = ['93.184.216.34', '2606:2800:220:1::1'];
    found.splice(place, 0, '127.0.0.1');
    expect((await posting(`https://innocent.example:${port}/`, found)).answer).toEqual(refused);
    expect(requests).toEqual([]);
  });

  it('is refused without TLS before it is looked up, where no network is allowed', async () => {
    const { answer, asked } = await posting('http://innocent.example/', ['93.184.216.34']);
    expect([answer, asked]).toEqual([refused, []]);
  });

  it('is refused without TLS after it was looked up, where some network is allowed and it is public', async () => {
    const { answer, asked } = await posting('http://innocent.example/', ['93.184.216.34'], '10.0.0.0/8');
    expect([answer, asked]).toEqual([refused, ['innocent.example']]);
  });
});

describe('a name that means an allowed address', () => {
  it('is connected to there, and told by which name', async () => {
    const { answer } = await posting(`http://crm.internal:${port}/in?a=1`, ['127.0.0.1'], '127.0.0.0/8');
    expect(answer).toEqual({ status: 200, error: null });
    expect(requests).toEqual([{ host: `crm.internal:${port}`, path: '/in?a=1' }]);
  });

  it('is connected to though it is looked up as one of IPv4 within IPv6', async () => {
    const { answer } = await posting(`http://crm.internal:${port}/`, ['::ffff:127.0.0.1'], '127.0.0.0/8');
    expect(answer).toEqual({ status: 200, error: null });
  });

  it('is refused as soon as it means one beside, too', async () => {
    const found = ['127.0.0.1', '10.0.0.1'];
    expect((await posting(`http://crm.internal:${port}/`, found, '127.0.0.0/8')).answer).toEqual(refused);
    expect((await posting(`http://crm.internal:${port}/`, found, '127.0.0.0/8, 10.0.0.0/8')).answer).toEqual({
      status: 200,
      error: null,
    });
  });
});

describe('an address that needs no look-up', () => {
  it.each(['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:7f00:1]'])(
    'https://%s is refused, and nobody is asked what it means',
    async host => {
      const { answer, asked } = await posting(`https://${host}:${port}/`, ['93.184.216.34']);
      expect([answer, asked]).toEqual([refused, []]);
      expect(requests).toEqual([]);
    },
  );

  it('is connected to where it is allowed, in the form that the URL has in the end', async () => {
    expect((await posting(`http://2130706433:${port}/`, [], '127.0.0.1/32')).answer).toMatchObject({
      status: 200,
    });
    expect(requests[0]!.host).toBe(`127.0.0.1:${port}`);
  });
});

describe('a look-up that fails', () => {
  const failing = async (code: string | undefined): Promise<string | null> => {
    const error = Object.assign(new Error('no'), code === undefined ? {} : { code });
    const sender = createSender({ allowed: [], resolve: () => Promise.reject(error) });
    const answer = await sender.post('https://somewhere.example/', {}, '{}');
    sender.close();
    expect(answer.status).toBeNull();
    return answer.error;
  };

  it.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['EAI_FAIL', 'dns'],
    ['ECONNREFUSED', 'connection'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    [undefined, 'connection'],
  ])('with %s is told as %s', async (code, error) => {
    expect(await failing(code)).toBe(error);
  });

  it('by giving no address, or what is none, is no reason to connect anywhere', async () => {
    const url = `https://odd.example:${port}/`;
    expect((await posting(url, ['not an address'])).answer).toEqual({ status: null, error: 'connection' });
    expect((await posting(url, [])).answer).toEqual({ status: null, error: 'dns' });
    expect(requests).toEqual([]);
  });
});
