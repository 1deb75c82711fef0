import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  checkAddresses,
  checkTarget,
  isPublic,
  literal,
  parseNetworks,
  TargetRefused,
  type TargetRules,
} from './target.ts';

const nothing: TargetRules = { allowed: [] };
const outcome = (work: () => unknown): string => {
  try {
    work();
    return 'taken';
  } catch (error) {
    if (error instanceof TargetRefused) return error.reason;
    throw error;
  }
};
const asTarget = (host: string, rules = nothing): string =>
  outcome(() => checkTarget(`https://${host}/hook`, rules));

/** What IANA's registry of special-purpose addresses keeps from the public internet, first address and prefix length. */
const special: readonly (readonly [first: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const octets = (address: number): readonly number[] =>
  [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256);
const dotted = (address: number): string => octets(address).join('.');

const special4 = fc
  .constantFrom(...special)
  .chain(([first, bits]) =>
    fc
      .oneof(fc.constantFrom(0, 2 ** (32 - bits) - 1), fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }))
      .map(place => numberOf(first) + place),
  );

/** Addresses right before and after the special networks, and well-known ones. */
const public4 = [
  ...['9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
  ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.3.0', '192.167.255.255'],
  ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '198.51.99.255', '198.51.101.0', '203.0.112.255'],
  ...['203.0.114.0', '223.255.255.255', '1.0.0.0', '8.8.8.8', '93.184.216.34'],
];

/** The ways in which browsers and resolvers let an IPv4 address be written. */
const ways: readonly ((address: number) => string)[] = [
  dotted,
  address => String(address),
  address => `0x${address.toString(16)}`,
  address => `0X${address.toString(16).toUpperCase()}`,
  address => `0${address.toString(8)}`,
  address =>
    octets(address)
      .map(part => `0x${part.toString(16)}`)
      .join('.'),
  address =>
    octets(address)
      .map(part => `0${part.toString(8)}`)
      .join('.'),
  address => `${octets(address)[0]}.${address % 2 ** 24}`,
  address => `${octets(address).slice(0, 2).join('.')}.${address % 2 ** 16}`,
  address => `${octets(address)[0]}.0x${(address % 2 ** 24).toString(16)}`,
  address => `${dotted(address)}.`,
  address => Array.from(dotted(address), each => (each === '.' ? '\u3002' : each)).join(''),
  address =>
    Array.from(dotted(address), each =>
      /\d/.test(each) ? String.fromCodePoint(0xff10 + Number(each)) : each,
    ).join(''),
  address => Array.from(dotted(address), each => `%${each.codePointAt(0)!.toString(16)}`).join(''),
];

/** The ways in which an IPv4 address is written within IPv6. */
const mappings: readonly ((address: number) => string)[] = [
  address => `[::ffff:${dotted(address)}]`,
  address => `[::FFFF:${hex(address)}]`,
  address => `[0:0:0:0:0:ffff:${hex(address)}]`,
  address => `[0000:0000:0000:0000:0000:ffff:${dotted(address)}]`,
];
const hex = (address: number): string =>
  `${Math.floor(address / 65_536).toString(16)}:${(address % 65_536).toString(16)}`;

describe('an IPv4 address that is not public', () => {
  it('is refused in every way in which it can be written', () => {
    fc.assert(
      fc.property(special4, fc.constantFrom(...ways, ...mappings), (address, way) => {
        expect([way(address), asTarget(way(address))]).toEqual([way(address), 'not-public']);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused as what a name was looked up to, mapped or not, wherever it stands among others', () => {
    fc.assert(
      fc.property(special4, fc.boolean(), fc.nat(3), (address, mapped, place) => {
        const found = ['93.184.216.34', '8.8.8.8', '2606:2800:220:1::1'];
        found.splice(place, 0, mapped ? `::ffff:${dotted(address)}` : dotted(address));
        const addresses = found.map(each => ({ address: each, family: each.includes(':') ? 6 : 4 }));
        expect(outcome(() => checkAddresses(addresses, true, nothing))).toBe('not-public');
      }),
    );
  });

  it('is taken where its network is allowed, in every way in which it can be written, and by http too', () => {
    fc.assert(
      fc.property(special4, fc.constantFrom(...ways, ...mappings), (address, way) => {
        const rules = { allowed: parseNetworks(`192.0.2.0/24, ${dotted(address)}/32`) };
        expect(asTarget(way(address), rules)).toBe('taken');
        expect(outcome(() => checkTarget(`http://${way(address)}/`, rules))).toBe('taken');
        // Its neighbour stays what it is.
        const next = address === 2 ** 32 - 1 ? address - 1 : address + 1;
        const other = isPublic(dotted(next)) || dotted(next).startsWith('192.0.2.') ? 'taken' : 'not-public';
        expect(asTarget(dotted(next), rules)).toBe(other);
      }),
    );
  });
});

describe('a public IPv4 address', () => {
  it.each(public4)('%s is taken in every way in which it can be written', address => {
    for (const way of [...ways, ...mappings]) {
      const written = way(numberOf(address));
      expect([written, asTarget(written)]).toEqual([written, 'taken']);
      expect(outcome(() => checkTarget(`http://${written}/`, nothing))).toBe('plain-http');
    }
  });
});

describe('an IPv6 address', () => {
  const group = fc.integer({ min: 0, max: 0xffff }).map(n => n.toString(16));
  const beginning = (first: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(first, ...Array.from({ length: 7 }, () => group)).map(groups => groups.join(':'));
  const between = (min: number, max: number) => beginning(fc.integer({ min, max }).map(n => n.toString(16)));

  it.each<[string, fc.Arbitrary<string>]>([
    ['unique local, fc00::/7', between(0xfc00, 0xfdff)],
    ['link-local, fe80::/10', between(0xfe80, 0xfebf)],
    ['site-local of old, fec0::/10', between(0xfec0, 0xfeff)],
    ['multicast, ff00::/8', between(0xff00, 0xffff)],
    ['a translation, 64:ff9b::/96', fc.tuple(group, group).map(([a, b]) => `64:ff9b::${a}:${b}`)],
    [
      'a translation for local use, 64:ff9b:1::/48',
      fc.tuple(group, group).map(([a, b]) => `64:ff9b:1::${a}:${b}`),
    ],
    [
      'an IPv4 address that was translated, ::ffff:0:0:0/96',
      fc.tuple(group, group).map(([a, b]) => `::ffff:0:${a}:${b}`),
    ],
    ['6to4, 2002::/16', beginning(fc.constant('2002'))],
    ['Teredo, 2001::/32', fc.tuple(group, group).map(([a, b]) => `2001:0:${a}::${b}`)],
    ['documentation, 2001:db8::/32', fc.tuple(group, group).map(([a, b]) => `2001:db8:${a}::${b}`)],
    ['an IPv4 address of old, ::/96', fc.tuple(group, group).map(([a, b]) => `::${a}:${b}`)],
    ['discard only, 100::/64', fc.tuple(group, group).map(([a, b]) => `100::${a}:${b}`)],
    ['given out to nobody, 4000::/2', between(0x4000, 0x7fff)],
    ['given out to nobody, 8000::/2', between(0x8000, 0xbfff)],
    ['given out to nobody, c000::/3', between(0xc000, 0xdfff)],
    ['given out to nobody, 200::/7', between(0x200, 0x3ff)],
  ])('that is %s is refused, also as what a name was looked up to', (_, addresses) => {
    fc.assert(
      fc.property(addresses, address => {
        expect([address, asTarget(`[${address}]`)]).toEqual([address, 'not-public']);
        expect(outcome(() => checkAddresses([{ address, family: 6 }], true, nothing))).toBe('not-public');
      }),
    );
  });

  it.each(['2606:4700::1111', '2a00:1450:4001:81b::200e', '2620:fe::9', '2400:cb00:2048:1::c629:d7a2'])(
    '%s is public, long or short',
    address => {
      expect(asTarget(`[${address}]`)).toBe('taken');
      expect(asTarget(`[${new URL(`https://[${address}]`).hostname.slice(1, -1).toUpperCase()}]`)).toBe(
        'taken',
      );
    },
  );

  it('with a zone is no address of a URL', () => {
    expect(asTarget('[fe80::1%25eth0]')).toBe('not-http');
    expect(asTarget('[fe80::1%eth0]')).toBe('not-http');
  });
});

describe('a host', () => {
  it('that is a name is looked up later, whatever it looks like', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z]$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), labels => {
        const name = `${labels.join('.')}.example`;
        expect(literal(name)).toBeNull();
        expect(asTarget(name)).toBe('taken');
      }),
    );
  });

  it.each([
    'localhost',
    'LocalHost',
    'localhost.',
    'x.localhost',
    'a.b.LOCALHOST.',
    'loc%61lhost',
    'ｌocalhost',
  ])('%s means this machine', host => {
    expect(asTarget(host)).toBe('not-public');
    expect(asTarget(host, { allowed: parseNetworks('127.0.0.0/8') })).toBe('taken');
  });

  it.each(['localhost.example', 'notlocalhost', 'localhosts', 'local-host'])('%s does not', host => {
    expect(asTarget(host)).toBe('taken');
  });

  it('that is cut off, or with a number that no address has, is none', () => {
    for (const host of ['256.256.256.256', '1.2.3.4.5', '0x100000000', '4294967296', '[::1', '[1.2.3.4]'])
      expect([host, asTarget(host)]).toEqual([host, 'not-http']);
  });

  it('is judged though port, path, query and fragment say something else', () => {
    expect(asTarget('10.0.0.1:443/https://8.8.8.8')).toBe('not-public');
    expect(asTarget('8.8.8.8:8443/10.0.0.1?to=127.0.0.1#169.254.169.254')).toBe('taken');
    expect(asTarget('8.8.8.8@10.0.0.1')).toBe('credentials');
    expect(asTarget('10.0.0.1\\@8.8.8.8')).toBe('not-public');
  });
});

describe('allowed networks', () => {
  it('are each a network and nothing else, named by the sentence that refuses them', () => {
    for (const text of ['10.0.0.0/8,', '10.0.0.0/8;10.1.0.0/16', '10.0.0.0/-1', '::/129', '10.0.0/8x', '/8'])
      expect(() => parseNetworks(text)).toThrow(/^".*" is no network such as 10\.0\.0\.0\/8$/);
    expect(() => parseNetworks('10.0.0.0/8, fd00::/8, here')).toThrow('"here" is no network');
  });

  it('hold exactly the addresses with their first bits', () => {
    const network = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 32 }));
    fc.assert(
      fc.property(network, fc.integer({ min: 0, max: 2 ** 32 - 1 }), ([first, bits], other) => {
        const rules = { allowed: parseNetworks(`${dotted(first)}/${bits}`) };
        const same = Math.floor(first / 2 ** (32 - bits)) === Math.floor(other / 2 ** (32 - bits));
        const taken = outcome(() => checkTarget(`http://${dotted(other)}/`, rules)) === 'taken';
        expect(taken).toBe(same);
      }),
    );
  });
});
