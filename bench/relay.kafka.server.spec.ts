import { describe, expect, it } from '@jest/globals';
import { kafkaBrokers } from '../test/support/kafka-brokers.ts';
import { benchmark } from './kafka-relay.bench.ts';

describe('the benchmark of the relay', () => {
  it('measures what is relayed beside what is sent', async () => {
    expect(kafkaBrokers).not.toEqual([]);
    const lines: string[] = [];
    const [result, ...more] = await benchmark.run({ log: line => lines.push(line), quick: true });
    expect(more).toEqual([]);
    expect(result).toMatchObject({ name: benchmark.name, unit: 'messages/s', target: 'ratio ≥ 0.5' });
    expect(result!.value).toBeGreaterThan(0);
    expect(result!.limit).toBeGreaterThan(0);
    expect(lines[0]).toMatch(/^\d+ lifecycle events of 5000 events$/);
  }, 120_000);
});
