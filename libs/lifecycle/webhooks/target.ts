import type { LookupAddress } from 'node:dns';
import ipaddr from 'ipaddr.js';

/** A network in CIDR notation, parsed. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** A webhook's address leads where nothing is to be sent. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
  /** `not-http`, `credentials`, `plain-http`, `not-public`. */
  readonly reason: string;

  constructor(reason: string, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** What may be reached besides the public internet. */
export interface TargetRules {
  readonly allowed: readonly Network[];
}

/**
 * Reads networks in CIDR notation.
 *
 * @example
 * parseNetworks('127.0.0.0/8, fd00::/8');
 * @throws Error naming the first that is none
 */
export const parseNetworks = (text: string): readonly Network[] =>
  text.split(',').map(part => {
    const network = part.trim();
    if (!ipaddr.isValidCIDR(network)) throw new Error(`"${network}" is no network such as 10.0.0.0/8`);
    return ipaddr.parseCIDR(network);
  });

/** An IPv4 address within an IPv6 one is judged as what it is. */
const plain = (address: string): ipaddr.IPv4 | ipaddr.IPv6 => ipaddr.process(address);

const within = (address: ipaddr.IPv4 | ipaddr.IPv6, networks: readonly Network[]): boolean =>
  networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));

/** What the internet's registries give out of IPv6; everything else is something special, whether it has a name or not. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is on the public internet: neither private nor local nor one that only translates to another. */
export const isPublic = (address: string): boolean => {
  const judged = plain(address);
  return judged.range() === 'unicast' && (judged.kind() === 'ipv4' || judged.match(...globalUnicast));
};

/** Whether an address is in an allowed network. */
const isAllowed = (address: string, { allowed }: TargetRules): boolean => within(plain(address), allowed);

/**
 * Checks the address that a connection is about to be made to.
 *
 * @throws TargetRefused
 */
export const checkAddress = (address: string, secure: boolean, rules: TargetRules): void => {
  if (isAllowed(address, rules)) return;
  if (!isPublic(address)) throw new TargetRefused('not-public', 'the address is not on the public internet');
  if (!secure) throw new TargetRefused('plain-http', 'the address must be https');
};

/** A host's name as an IP address, or null where it is a name. */
export const literal = (hostname: string): string | null => {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(bare) ? bare : null;
};

/** Names that mean this machine, wherever they are looked up (RFC 6761). */
const isLocalhost = (hostname: string): boolean => /^(.+\.)?localhost\.?$/i.test(hostname);

/**
 * Checks an address as far as that can be done without looking names up; the rest is checked for each connection, because what a name means
 * may change.
 *
 * @throws TargetRefused
 */
export const checkTarget = (url: string, rules: TargetRules): URL => {
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol))
    throw new TargetRefused('not-http', 'the address must be a whole one that begins with https://');
  if (parsed.username !== '' || parsed.password !== '')
    throw new TargetRefused(
      'credentials',
      'the address must hold no user and password; deliveries are signed',
    );
  const secure = parsed.protocol === 'https:';
  const address = literal(parsed.hostname) ?? (isLocalhost(parsed.hostname) ? '127.0.0.1' : null);
  if (address !== null) checkAddress(address, secure, rules);
  // A name may lead into an allowed network.
  else if (!secure && rules.allowed.length === 0)
    throw new TargetRefused('plain-http', 'the address must be https');
  return parsed;
};

/**
 * Of the addresses that a name was looked up to, all must be allowed: one that is not may be the one that is connected to.
 *
 * @throws TargetRefused
 */
export const checkAddresses = (
  addresses: readonly LookupAddress[],
  secure: boolean,
  rules: TargetRules,
): void => {
  for (const { address } of addresses) checkAddress(address, secure, rules);
};
