/** An address that can't be used; the message says why, and never shows the password. */
export class InvalidAddress extends Error {
  override readonly name = 'InvalidAddress';
}

/** Where the servers are. */
export interface Address {
  /** As the client takes it; it holds the password. */
  readonly connectionString: string;
  /** For people: the hosts, without user, password and options. */
  readonly shown: string;
}

const shape =
  /^(?:esdb|kurrentdb|kurrent)(?<discover>\+discover)?:\/\/(?:(?<user>[^@/?]*)@)?(?<hosts>[^/?@]+)\/?(?:\?(?<options>.*))?$/;
const host = /^[A-Za-z0-9_.-]+(?::\d{1,5})?$/;

/** What may stand after the question mark, and what it must be; the client knows further options, which would break promises of the log. */
const options: Readonly<Record<string, RegExp>> = {
  tls: /^(true|false)$/,
  tlsVerifyCert: /^true$/,
  tlsCAFile: /^.+$/,
  userCertFile: /^.+$/,
  userKeyFile: /^.+$/,
  connectionName: /^.+$/,
  nodePreference: /^leader$/,
  throwOnAppendFailure: /^true$/,
  maxDiscoverAttempts: /^[1-9]\d*$/,
  discoveryInterval: /^[1-9]\d*$/,
  gossipTimeout: /^[1-9]\d*$/,
  keepAliveInterval: /^(-1|[1-9]\d*)$/,
  keepAliveTimeout: /^(-1|[1-9]\d*)$/,
};
const why: Readonly<Record<string, string>> = {
  tlsVerifyCert:
    'the client always checks certificates; name a certificate authority with tlsCAFile, or use tls=false',
  nodePreference: 'only the leader is sure to have what was just written',
  throwOnAppendFailure: 'an append that failed has to be told',
};
/** A node that doesn't answer must leave time to ask the others, s. */
const gossipTimeout = '2';

const decoded = (text: string, what: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidAddress(`${what} holds a % that is no escape`);
  }
};

/** Quotes a part, unless there is a password that may have got into it. */
type Quote = (part: string) => string;

const parseOptions = (text: string, quote: Quote): ReadonlyMap<string, string> => {
  const given = new Map<string, string>();
  for (const pair of text.split('&').filter(each => each !== '')) {
    const [key = '', value = ''] = pair.split(/=(.*)/s);
    const name = Object.keys(options).find(known => known.toLowerCase() === key.toLowerCase());
    if (name === undefined)
      throw new InvalidAddress(`unknown option${quote(key)}; options are ${Object.keys(options).join(', ')}`);
    const taken = decoded(value, name);
    if (options[name]?.test(taken) !== true)
      throw new InvalidAddress(
        `${name} can't be${quote(taken)}${why[name] === undefined ? '' : `: ${why[name]}`}`,
      );
    given.set(name, taken);
  }
  return given;
};

const parseUser = (text: string): string => {
  const [name = '', password = ''] = text.split(/:(.*)/s);
  if (name === '' || password === '') throw new InvalidAddress('before the @ stand a user and a password');
  return `${encodeURIComponent(decoded(name, 'the user'))}:${encodeURIComponent(decoded(password, 'the password'))}@`;
};

/**
 * Reads an address of EventStoreDB or KurrentDB.
 *
 * @example
 * parseAddress('kurrentdb://admin:secret@node1:2113,node2:2113?tlsCAFile=ca.pem');
 * @throws InvalidAddress
 */
export const parseAddress = (text: string): Address => {
  const parts = shape.exec(text)?.groups;
  if (parts?.hosts === undefined)
    throw new InvalidAddress('an address looks like esdb://user:password@host:2113?tls=true');
  const quote: Quote = part => (text.includes('@') ? '' : ` "${part}"`);
  const hosts = parts.hosts.split(',');
  const odd = hosts.find(each => !host.test(each) || Number(each.split(':')[1] ?? 1) > 65_535);
  if (odd !== undefined)
    throw new InvalidAddress(
      `a host${quote(odd)} is not host or host:port; in a password / ? and @ are written %2F %3F %40`,
    );
  const user = parts.user === undefined ? '' : parseUser(parts.user);
  const given = new Map([
    ...(hosts.length > 1 || parts.discover !== undefined ? [['gossipTimeout', gossipTimeout] as const] : []),
    ...parseOptions(parts.options ?? '', quote),
  ]);
  const query = [...given].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return {
    connectionString: `esdb${parts.discover ?? ''}://${user}${parts.hosts}${query === '' ? '' : `?${query}`}`,
    shown: hosts.join(', '),
  };
};
