import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import type { SubscriptionStatus } from '../../../libs/lifecycle/port.ts';
import { measureRelay } from './measure-relay.ts';

const kafka: SubscriptionStatus = {
  subscriber: 'kafka',
  state: 'retrying',
  position: 40,
  delivered: 30,
  failures: 2,
  lastError: 'BrokerAway',
};

const linesOf = async (registry: Registry): Promise<readonly string[]> =>
  (await registry.metrics()).split('\n').filter(line => line.startsWith('leadfold_'));

describe('measurements of the relay', () => {
  it('tell lag, deliveries, failures and state of each subscriber', async () => {
    const registry = new Registry();
    measureRelay(registry)([kafka], 100);
    expect(await linesOf(registry)).toEqual([
      'leadfold_relay_lag{subscriber="kafka"} 60',
      'leadfold_relay_delivered_total{subscriber="kafka"} 30',
      'leadfold_relay_failures_total{subscriber="kafka"} 2',
      'leadfold_relay_state{subscriber="kafka",state="following"} 0',
      'leadfold_relay_state{subscriber="kafka",state="standby"} 0',
      'leadfold_relay_state{subscriber="kafka",state="retrying"} 1',
      'leadfold_relay_state{subscriber="kafka",state="stopped"} 0',
    ]);
  });

  it('tell what is pending where deliveries are kept', async () => {
    const registry = new Registry();
    const look = measureRelay(registry);
    look([{ ...kafka, subscriber: 'webhook-crm', pending: 7 }, kafka], 100);
    const pending = (await linesOf(registry)).filter(line => line.startsWith('leadfold_relay_pending'));
    expect(pending).toEqual(['leadfold_relay_pending{subscriber="webhook-crm"} 7']);
  });

  it('tell what is so now, and no lag where another process delivers', async () => {
    const registry = new Registry();
    const look = measureRelay(registry);
    look([kafka], 100);
    look([{ ...kafka, state: 'standby', delivered: 35 }], 100);
    const lines = await linesOf(registry);
    expect(lines).toContain('leadfold_relay_delivered_total{subscriber="kafka"} 35');
    expect(lines).toContain('leadfold_relay_state{subscriber="kafka",state="standby"} 1');
    expect(lines.some(line => line.startsWith('leadfold_relay_lag'))).toBe(false);
  });
});
