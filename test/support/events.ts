import { randomUUID } from 'node:crypto';
import type { NewEvent, RecordedEvent } from '../../libs/domain/event.ts';

/** A small, valid event with an id of its own, changed as told. */
export const anEvent = (changes: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'LinkClicked',
  version: 1,
  occurredAt: Date.UTC(2026, 2, 1),
  data: { leadId: 'l1', url: 'https://example.com/' },
  metadata: { actor: 'test', leadId: 'l1' },
  ...changes,
});

/** That many events, each told its number. */
export const events = (count: number, changes: (n: number) => Partial<NewEvent> = () => ({})): NewEvent[] =>
  Array.from({ length: count }, (_, n) => anEvent({ data: { n }, ...changes(n) }));

/** A stream's name that no other test uses. */
export const aStream = (category = 'lead'): string => `${category}-${randomUUID()}`;

/** Everything that an iterable gives. */
export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** What the writer gave, of an event that was read. */
export const given = ({ id, type, version, occurredAt, data, metadata }: RecordedEvent): NewEvent => ({
  id,
  type,
  version,
  occurredAt,
  data,
  metadata,
});

export const idsOf = (list: readonly NewEvent[]): string[] => list.map(event => event.id);
