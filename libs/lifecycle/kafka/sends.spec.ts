import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Placed } from './message.ts';
import { placeOf, sendsOf } from './sends.ts';

const placed = (topic: string, partition: number, bytes: number, n: number): Placed => ({
  topic,
  partition,
  bytes,
  message: { key: `k${partition}`, value: `${n}`, partition },
});

const anyMessages = fc
  .array(
    fc.record({
      topic: fc.constantFrom('a', 'b'),
      partition: fc.integer({ min: 0, max: 3 }),
      bytes: fc.integer({ min: 1, max: 150 }),
    }),
    { maxLength: 80 },
  )
  .map(list => list.map(({ topic, partition, bytes }, n) => placed(topic, partition, bytes, n)));

/** What each place gets, in the order of the sends. */
const byPlace = (messages: readonly (readonly [string, unknown])[]): Record<string, unknown[]> => {
  const all: Record<string, unknown[]> = {};
  for (const [place, value] of messages) (all[place] ??= []).push(value);
  return all;
};

describe('sends', () => {
  it('are none for no messages', () => {
    expect(sendsOf([])).toEqual([]);
  });

  it('are one where everything fits, with a batch for each topic', () => {
    const [only, ...more] = sendsOf([placed('a', 0, 10, 1), placed('b', 1, 10, 2), placed('a', 1, 10, 3)]);
    expect(more).toEqual([]);
    expect(
      only!.topicMessages.map(({ topic, messages }) => [topic, messages.map(each => each.value)]),
    ).toEqual([
      ['a', ['1', '3']],
      ['b', ['2']],
    ]);
    expect([...only!.places]).toEqual(['a/0', 'b/1', 'a/1']);
  });

  it('bring every message once, in order for each partition, and no batch above the bound but a single message', () => {
    fc.assert(
      fc.property(anyMessages, fc.integer({ min: 50, max: 400 }), (messages, most) => {
        const sends = sendsOf(messages, most);
        const bytes = new Map(messages.map(each => [each.message.value, each.bytes]));
        const sent = sends.flatMap(({ topicMessages }) =>
          topicMessages.flatMap(({ topic, messages: list }) =>
            list.map(each => [placeOf(topic, each.partition!), each.value] as const),
          ),
        );
        expect(byPlace(sent)).toEqual(
          byPlace(messages.map(each => [placeOf(each.topic, each.partition), each.message.value])),
        );
        for (const { topicMessages, places } of sends) {
          const batches = byPlace(
            topicMessages.flatMap(({ topic, messages: list }) =>
              list.map(each => [placeOf(topic, each.partition!), each.value] as const),
            ),
          );
          expect(new Set(Object.keys(batches))).toEqual(places);
          for (const values of Object.values(batches)) {
            const total = values.reduce<number>((sum, value) => sum + bytes.get(value as string)!, 0);
            if (values.length > 1) expect(total).toBeLessThanOrEqual(most);
          }
        }
      }),
    );
  });

  it('stay below what brokers take by default', () => {
    const messages = Array.from({ length: 500 }, (_, n) => placed('a', 0, 5_000, n));
    const sends = sendsOf(messages);
    expect(sends.length).toBe(3);
    for (const { topicMessages } of sends)
      expect(topicMessages[0]!.messages.length * 5_000).toBeLessThan(1_048_588);
  });
});
