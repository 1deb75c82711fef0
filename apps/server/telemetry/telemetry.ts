import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine } from '../../../libs/engine/port.ts';
import { measureRelay } from './measure-relay.ts';
import { measureStreams } from './measure-streams.ts';

/** What the server measures of itself. */
export interface Telemetry {
  /** One request was answered; `route` is the pattern, never the address. */
  readonly answered: (method: string, route: string, status: number, seconds: number) => void;
  /** Everything in Prometheus's text format; the log and the read models are looked at now. */
  readonly scrape: () => Promise<string>;
  readonly contentType: string;
}

/** Injection token of the telemetry. */
export const TELEMETRY = Symbol('TELEMETRY');

const of = ['projection', 'generation', 'status'] as const;

/** A registry of its own, so that several servers fit into one process. */
export const createTelemetry = (engine: Engine): Telemetry => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const head = new Gauge({
    name: 'leadfold_log_head',
    help: "Position of the log's last event; its rate is the rate of appended events",
    registers,
  });
  const lag = new Gauge({
    name: 'leadfold_projection_lag',
    help: "How far a read model is behind the log's head, in positions",
    labelNames: of,
    registers,
  });
  const parked = new Gauge({
    name: 'leadfold_projection_parked_events',
    help: 'Events set aside because a read model could not fold them',
    labelNames: of,
    registers,
  });

  const lookAtRelay = measureRelay(registry);
  const lookAtStreams = measureStreams(registry);

  const look = async (): Promise<void> => {
    const [position, status] = await Promise.all([engine.events.head(), engine.projector.status()]);
    head.set(position);
    lag.reset();
    parked.reset();
    for (const one of status) {
      const labels = { projection: one.name, generation: one.generation, status: one.status };
      lag.set(labels, one.lag);
      parked.set(labels, one.parked);
    }
    lookAtRelay(engine.lifecycle.relay.status(), position);
    lookAtStreams(engine.lifecycle.streams.status());
  };

  return {
    answered: (method, route, status, seconds) => durations.observe({ method, route, status }, seconds),
    scrape: async () => {
      await look();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
};
