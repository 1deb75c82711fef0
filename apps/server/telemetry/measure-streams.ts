import { Counter, Gauge, type Registry } from 'prom-client';
import type { StreamsStatus } from '../../../libs/lifecycle/index.ts';

/** Registers what is measured of server-sent events; the answer takes a look at them. */
export const measureStreams = (registry: Registry): ((status: StreamsStatus) => void) => {
  const registers = [registry];
  const clients = new Gauge({
    name: 'leadfold_stream_clients',
    help: 'Clients that follow lifecycle events as server-sent events',
    registers,
  });
  const blocked = new Gauge({
    name: 'leadfold_stream_clients_blocked',
    help: 'Those of them that do not keep up at the moment',
    registers,
  });
  const delivered = new Counter({
    name: 'leadfold_stream_delivered_total',
    help: 'Lifecycle events that this process has written to clients',
    registers,
  });
  return status => {
    clients.set(status.clients);
    blocked.set(status.blocked);
    delivered.reset();
    delivered.inc(status.delivered);
  };
};
