import { Counter, Gauge, type Registry } from 'prom-client';
import type { SubscriptionStatus } from '../../../libs/lifecycle/port.ts';
import { relayLag } from './relay-lag.ts';

const states: readonly SubscriptionStatus['state'][] = ['following', 'standby', 'retrying', 'stopped'];

/** Registers what is measured of the relay; the answer takes a look at it. */
export const measureRelay = (
  registry: Registry,
): ((status: readonly SubscriptionStatus[], head: number) => void) => {
  const registers = [registry];
  const labelNames = ['subscriber'] as const;
  const lag = new Gauge({
    name: 'leadfold_relay_lag',
    help: "How far a subscriber is behind the log's head, in positions; told by the process that delivers",
    labelNames,
    registers,
  });
  const delivered = new Counter({
    name: 'leadfold_relay_delivered_total',
    help: 'Lifecycle events that this process has delivered to a subscriber',
    labelNames,
    registers,
  });
  const failures = new Counter({
    name: 'leadfold_relay_failures_total',
    help: 'Attempts of this process to deliver to a subscriber that failed',
    labelNames,
    registers,
  });
  const pending = new Gauge({
    name: 'leadfold_relay_pending',
    help: 'Deliveries to a webhook that were taken in and are not done',
    labelNames,
    registers,
  });
  const state = new Gauge({
    name: 'leadfold_relay_state',
    help: '1 for the state that a subscriber is in',
    labelNames: ['subscriber', 'state'] as const,
    registers,
  });

  return (status, head) => {
    for (const metric of [lag, delivered, failures, pending, state]) metric.reset();
    for (const one of status) {
      const { subscriber } = one;
      const behind = relayLag(one, head);
      if (behind !== null) lag.set({ subscriber }, behind);
      delivered.inc({ subscriber }, one.delivered);
      failures.inc({ subscriber }, one.failures);
      if (one.pending !== undefined) pending.set({ subscriber }, one.pending);
      for (const each of states) state.set({ subscriber, state: each }, each === one.state ? 1 : 0);
    }
  };
};
