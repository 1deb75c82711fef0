import { describe, expect, it } from '@jest/globals';
import { benchmark as append } from './esdb-append.bench.ts';
import { benchmark as read } from './esdb-read.bench.ts';

const quick = { quick: true, log: () => undefined };

describe('the benchmarks of EventStoreDB', () => {
  it('measure appends of one caller and of a hundred, and list those apart that have to read first', async () => {
    const results = await append.run(quick);
    expect(results.map(({ name }) => name)).toEqual(
      [1, 100].flatMap(callers => ['begin', 'go-on', 'any-cold'].map(work => `esdb-${work}-${callers}`)),
    );
    for (const { name, value, limit, target } of results) {
      expect(value).toBeGreaterThan(0);
      expect(limit).toBeGreaterThan(0);
      expect(target).toBe(name.includes('cold') ? undefined : 'ratio ≥ 0.8');
    }
  }, 60_000);

  it('measure reading', async () => {
    const [result] = await read.run(quick);
    expect(result).toMatchObject({ name: 'esdb-read', unit: 'events/s', target: 'ratio ≥ 0.8' });
    expect(result!.value).toBeGreaterThan(0);
  }, 60_000);
});
