import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { kafkaBrokers } from '../../../test/support/kafka-brokers.ts';
import { createClient, createProducer } from './client.ts';

describe('the client', () => {
  it('does nothing while nothing happens, and Node warns of nothing', async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', listen);
    const producer = createProducer(createClient(kafkaBrokers, { connectMs: 3_000, requestMs: 5_000 }));
    await producer.connect();
    await pause(100);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await pause(500);
    const set = timers.mock.calls.length;
    timers.mockRestore();
    await producer.disconnect();
    process.off('warning', listen);
    expect(warnings).toEqual([]);
    expect(set).toBeLessThan(5);
  });

  it('gives up soon where nobody listens', async () => {
    const client = createClient(['127.0.0.1:1'], { connectMs: 500, requestMs: 500 });
    const began = performance.now();
    await expect(createProducer(client).connect()).rejects.toThrow(/ECONNREFUSED/);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
