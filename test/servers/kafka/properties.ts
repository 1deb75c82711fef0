/** Where one broker listens. Ports are on 127.0.0.1. */
export interface Listeners {
  readonly port: number;
  readonly controller: number;
  /** A second listener that sends its clients to another port: that of a proxy before it. */
  readonly proxied?: { readonly port: number; readonly advertised: number };
}

/** The properties of a node that is broker and controller at once. */
export const properties = (
  dataDir: string,
  { port, controller, proxied }: Listeners,
  extra: Readonly<Record<string, string>> = {},
): string => {
  const at = (of: number): string => `127.0.0.1:${of}`;
  const listeners = [`DIRECT://${at(port)}`, `CONTROLLER://${at(controller)}`];
  const advertised = [`DIRECT://${at(port)}`];
  if (proxied !== undefined) {
    listeners.push(`PROXIED://${at(proxied.port)}`);
    advertised.push(`PROXIED://${at(proxied.advertised)}`);
  }
  const all: Readonly<Record<string, string>> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${at(controller)}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'DIRECT',
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': 'DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDir,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    ...extra,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
};
