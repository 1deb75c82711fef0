import { hash } from 'node:crypto';
import type { RecordedEvent } from '../domain/event.ts';
import type { EventStore } from './port.ts';

export interface CheckOptions {
  /** Called after each page with the position reached and the log's end. */
  readonly onProgress?: (position: number, head: number) => void;
  readonly signal?: AbortSignal;
  /** Findings after which to stop looking; 100 by default. */
  readonly most?: number;
}

const page = 4_000;

/** A number that tells an id in its stream from nearly all others; what it takes for the same is looked at again. */
const digestOf = ({ stream, id }: RecordedEvent): number => {
  const digest: Buffer = hash('sha256', `${stream} ${id}`, 'buffer');
  return digest.readUIntBE(0, 6);
};

const standsBefore = async (store: EventStore, { stream, id, revision }: RecordedEvent): Promise<boolean> => {
  for await (const event of store.readStream(stream)) {
    if (event.revision >= revision) return false;
    if (event.id === id) return true;
  }
  return false;
};

/**
 * Reads the log as everybody reads it and looks whether it is sound: positions increase, every stream goes on by one, ids are
 * unique in their streams, every event can be read. Holds about 100 bytes for each stream and 40 for each event.
 *
 * @returns a sentence for each fault
 * @throws StoreUnavailable
 */
export const checkEvents = async (
  store: EventStore,
  { onProgress, signal, most = 100 }: CheckOptions = {},
): Promise<readonly string[]> => {
  const findings: string[] = [];
  const heads = new Map<string, number>();
  const seen = new Set<number>();
  const head = await store.head();
  let position = 0;

  const look = async (event: RecordedEvent): Promise<void> => {
    const { stream, revision, id, type, unreadable } = event;
    const where = `position ${event.position}`;
    if (event.position <= position) findings.push(`${where} comes after position ${position}`);
    position = event.position;
    const expected = (heads.get(stream) ?? -1) + 1;
    if (revision !== expected)
      findings.push(`${where}: revision ${expected} of ${stream} is missing: the next one is ${revision}`);
    heads.set(stream, revision);
    const digest = digestOf(event);
    if (seen.has(digest) && (await standsBefore(store, event)))
      findings.push(`${where}: ${stream} has the id ${id} before`);
    seen.add(digest);
    if (unreadable !== undefined) findings.push(`${where} (${type} ${id}) can't be read: ${unreadable}`);
  };

  while (position < head && signal?.aborted !== true) {
    const events = await store.readAll(position, page);
    for (const event of events) {
      if (event.position > head || findings.length >= most) return findings.slice(0, most);
      await look(event);
    }
    onProgress?.(Math.min(position, head), head);
    if (events.length < page) break;
  }
  return findings;
};
