import { expect } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../../libs/event-store/port.ts';
import { createMapping } from '../../libs/lifecycle/index.ts';
import type { KafkaRelay } from '../../libs/lifecycle/kafka/index.ts';
import { testRules } from '../../libs/lifecycle/testing.ts';
import { readTopic, withoutRepeats } from './kafka-topic.ts';

/** Ids in order, lead by lead. */
const byLead = (list: readonly (readonly [lead: string, id: string])[]): ReadonlyMap<string, string[]> => {
  const leads = new Map<string, string[]>();
  for (const [lead, id] of list) {
    const ids = leads.get(lead);
    if (ids === undefined) leads.set(lead, [id]);
    else ids.push(id);
  }
  return leads;
};

/** Waits until the relay has brought everything that the log holds now. */
export const caughtUp = async (
  relay: KafkaRelay,
  events: Pick<EventStore, 'head'>,
  ms = 120_000,
): Promise<void> => {
  const head = await events.head();
  const until = performance.now() + ms;
  while (relay.status().position < head) {
    if (performance.now() > until) throw new Error(`it stays at ${JSON.stringify(relay.status())}`);
    await pause(20);
  }
};

/**
 * Expects that a topic holds every lifecycle event of a log, each in one partition, their first appearances in the log's order for each lead.
 *
 * @returns how many messages repeat an earlier one
 */
export const expectWhole = async (
  events: Pick<EventStore, 'readAll'>,
  brokers: readonly string[],
  topic: string,
): Promise<number> => {
  const wanted = (await events.readAll(0, 10_000_000)).flatMap(createMapping(testRules));
  const read = await readTopic(brokers, topic);
  const firsts = withoutRepeats(read);
  const places = new Map<string, Set<number>>();
  for (const { key, partition } of read) places.set(key, (places.get(key) ?? new Set()).add(partition));
  for (const each of places.values()) expect(each.size).toBe(1);
  expect(byLead(firsts.map(({ key, body }) => [key, body.id]))).toEqual(
    byLead(wanted.map(({ leadId, cloudEvent }) => [leadId, cloudEvent.id])),
  );
  return read.length - firsts.length;
};
