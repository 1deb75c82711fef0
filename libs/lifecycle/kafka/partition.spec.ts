import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LifecycleEvent } from '../port.ts';
import { recordedAt, testMapping } from '../testing.ts';
import { placing } from './message.ts';
import { topicDefaults } from './topic.ts';

/** MurmurHash2 of 32 bits with Kafka's seed, by whole numbers: a product is cut to 32 bits after each step. */
const murmur2 = (bytes: Uint8Array): bigint => {
  const cut = (value: bigint): bigint => BigInt.asUintN(32, value);
  const factor = 0x5bd1e995n;
  let hash = cut(0x9747b28cn ^ BigInt(bytes.length));
  const whole = Math.floor(bytes.length / 4) * 4;
  for (let at = 0; at < whole; at += 4) {
    let word = 0n;
    for (let byte = 3; byte >= 0; byte--) word = word * 256n + BigInt(bytes[at + byte]!);
    word = cut(word * factor);
    word = cut((word ^ (word >> 24n)) * factor);
    hash = cut(hash * factor) ^ word;
  }
  const rest = bytes.subarray(whole);
  for (let byte = rest.length - 1; byte >= 0; byte--) hash ^= BigInt(rest[byte]!) << BigInt(8 * byte);
  if (rest.length > 0) hash = cut(hash * factor);
  hash = cut((hash ^ (hash >> 13n)) * factor);
  return hash ^ (hash >> 15n);
};

/** Without the sign's bit, by the number of partitions. */
const partitionOf = (key: string, partitions: number): number =>
  Number((murmur2(new TextEncoder().encode(key)) & 0x7fffffffn) % BigInt(partitions));

const ordered = (leadId: string): LifecycleEvent =>
  testMapping(recordedAt(8, 'OrderPlaced', { leadId, orderId: 'o1' }))[0]!;
const placed = (leadId: string, partitions: number): number =>
  placing([{ ...topicDefaults, partitions }])(ordered(leadId))[0]!.partition;

describe('the partition of a lead', () => {
  it('is that of the algorithm that Kafka’s own clients use, for ids of any length', () => {
    const id = fc.oneof(fc.stringMatching(/^[A-Za-z0-9._:-]{1,40}$/), fc.uuid());
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 100 }), (leadId, partitions) => {
        expect(placed(leadId, partitions)).toBe(partitionOf(leadId, partitions));
      }),
      { numRuns: 500 },
    );
  });

  it('is by the bytes of UTF-8, where an id has more than ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), leadId => {
        expect(placed(leadId, 12)).toBe(partitionOf(leadId, 12));
      }),
    );
  });

  it('spreads leads over all partitions', () => {
    const taken = new Set(Array.from({ length: 400 }, (_, n) => placed(`lead-${n}`, 24)));
    expect(taken.size).toBe(24);
  });

  it('is each topic’s own, by its number of partitions', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { maxLength: 4 }),
        (id, counts) => {
          const topics = counts.map(partitions => ({ ...topicDefaults, name: `t${partitions}`, partitions }));
          const found = placing(topics)(ordered(id)).map(({ topic, partition }) => [topic, partition]);
          expect(found).toEqual(counts.map(count => [`t${count}`, partitionOf(id, count)]));
        },
      ),
    );
  });
});
