import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkAddresses, checkTarget, isPublic, parseNetworks, TargetRefused } from './target.ts';

const nothing = { allowed: [] };
const reasonOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof TargetRefused) return error.reason;
    throw error;
  }
};

describe('a webhook’s address', () => {
  it.each([
    'https://crm.example.org/hooks?key=k',
    'https://93.184.216.34:8443/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'https://localhost.example.org/',
  ])('%s is one', url => {
    expect(reasonOf(() => checkTarget(url, nothing))).toBeNull();
  });

  it.each([
    ['not a url', 'not-http'],
    ['//crm.example.org/', 'not-http'],
    ['ftp://crm.example.org/', 'not-http'],
    ['file:///etc/passwd', 'not-http'],
    ['https://user:pass@crm.example.org/', 'credentials'],
    ['https://user@crm.example.org/', 'credentials'],
    ['http://crm.example.org/', 'plain-http'],
    ['http://93.184.216.34/', 'plain-http'],
  ])('%s is none: %s', (url, reason) => {
    expect(reasonOf(() => checkTarget(url, nothing))).toBe(reason);
  });

  it.each([
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.b.localhost/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[fd12:3456::1]/',
    'https://[ff02::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::1]/',
    'https://[::127.0.0.1]/',
    'https://[2001:db8::1]/',
  ])('%s is none, because it is not on the public internet', url => {
    expect(reasonOf(() => checkTarget(url, nothing))).toBe('not-public');
  });
});

describe('allowed networks', () => {
  const allowed = { allowed: parseNetworks('127.0.0.0/8, fd00::/8') };

  it('may be reached, without TLS too, however their addresses are written', () => {
    for (const url of [
      'http://127.0.0.1:8080/',
      'http://localhost/',
      'https://[::ffff:127.0.0.1]/',
      'http://[fd12::1]/',
      // It is looked up when something is sent.
      'http://crm.internal/',
    ])
      expect([url, reasonOf(() => checkTarget(url, allowed))]).toEqual([url, null]);
  });

  it('open nothing else', () => {
    expect(reasonOf(() => checkTarget('https://10.0.0.1/', allowed))).toBe('not-public');
    expect(reasonOf(() => checkTarget('https://[::1]/', allowed))).toBe('not-public');
    expect(reasonOf(() => checkTarget('http://93.184.216.34/', allowed))).toBe('plain-http');
  });

  it('are named in CIDR notation', () => {
    for (const text of ['10.0.0.0', '10.0.0.0/33', 'localhost', ''])
      expect(() => parseNetworks(text)).toThrow('is no network');
  });
});

describe('what a name was looked up to', () => {
  const found = (...addresses: readonly string[]) =>
    addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));

  it('is refused when any of it is', () => {
    expect(reasonOf(() => checkAddresses(found('93.184.216.34'), true, nothing))).toBeNull();
    expect(reasonOf(() => checkAddresses(found('93.184.216.34', '::1'), true, nothing))).toBe('not-public');
    expect(reasonOf(() => checkAddresses(found('93.184.216.34'), false, nothing))).toBe('plain-http');
  });
});

describe('an address of IPv4', () => {
  it('is judged alike within IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), address => {
        expect(isPublic(`::ffff:${address}`)).toBe(isPublic(address));
      }),
    );
  });
});
