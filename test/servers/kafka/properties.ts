/** A listener beside those that are always there. */
export interface Listener {
  /** Big letters. */
  readonly name: string;
  readonly protocol: 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT';
  /** Kafka's properties of this listener alone, `ssl.client.auth`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Where one broker listens. Ports are on 127.0.0.1. */
export interface Listeners {
  readonly port: number;
  readonly controller: number;
  /** A second listener that sends its clients to another port: that of a proxy before it. */
  readonly proxied?: { readonly port: number; readonly advertised: number };
  readonly others?: readonly (Listener & { readonly port: number })[];
}

/** The properties of a node that is broker and controller at once. */
export const properties = (
  dataDir: string,
  { port, controller, proxied, others = [] }: Listeners,
  extra: Readonly<Record<string, string>> = {},
): string => {
  const at = (of: number): string => `127.0.0.1:${of}`;
  const listeners = [`DIRECT://${at(port)}`, `CONTROLLER://${at(controller)}`];
  const advertised = [`DIRECT://${at(port)}`];
  if (proxied !== undefined) {
    listeners.push(`PROXIED://${at(proxied.port)}`);
    advertised.push(`PROXIED://${at(proxied.advertised)}`);
  }
  const protocols = ['DIRECT:PLAINTEXT', 'PROXIED:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  for (const each of others) {
    listeners.push(`${each.name}://${at(each.port)}`);
    advertised.push(`${each.name}://${at(each.port)}`);
    protocols.push(`${each.name}:${each.protocol}`);
  }
  const all: Readonly<Record<string, string>> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${at(controller)}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'DIRECT',
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': protocols.join(','),
    'log.dirs': dataDir,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    ...Object.fromEntries(others.flatMap(ownProperties)),
    ...extra,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
};

const ownProperties = ({ name, properties: own }: Listener): readonly (readonly [string, string])[] =>
  Object.entries(own).map(([property, value]) => [`listener.name.${name.toLowerCase()}.${property}`, value]);
