import { describe, expect, it } from '@jest/globals';
import { createRelay, type RelayPart } from './relay.ts';

const part = (subscriber: string, calls: string[]): RelayPart => ({
  start: () => void calls.push(`start ${subscriber}`),
  stop: () => Promise.resolve(void calls.push(`stop ${subscriber}`)),
  status: () => [{ subscriber, state: 'following', position: 1, delivered: 0, failures: 0, lastError: null }],
});

describe('the relay', () => {
  it('starts, stops and tells of all its parts', async () => {
    const calls: string[] = [];
    const relay = createRelay([part('kafka', calls), part('webhooks', calls)]);
    relay.start();
    await relay.stop();
    expect(calls).toEqual(['start kafka', 'start webhooks', 'stop kafka', 'stop webhooks']);
    expect(relay.status().map(({ subscriber }) => subscriber)).toEqual(['kafka', 'webhooks']);
  });
});
