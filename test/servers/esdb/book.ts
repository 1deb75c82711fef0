import { readResponse } from './messages.ts';
import type { PlacedEvent } from './frames.ts';

/** An event as readers get it. */
export interface BookEntry {
  readonly position: number;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  /** The serialised answer that carries it. */
  readonly response: Buffer;
}

export interface StreamState {
  readonly entries: BookEntry[];
  /** Revision of its last event; −1 when it has none. */
  head: bigint;
  /** Events before this revision are gone for readers. */
  truncateBefore: bigint;
  /** Ended for good. */
  tombstoned: boolean;
}

export const tombstoneRevision = 2n ** 63n - 1n;

/** What stands in the log, in memory: what was accepted, of which the first `visible` are durable and can be read. */
export interface Book {
  readonly all: readonly BookEntry[];
  visible: number;
  stream(name: string): StreamState | undefined;
  add(events: readonly PlacedEvent[]): void;
  /** Index of the first event at or after a position. */
  indexFrom(position: number): number;
  isVisible(entry: BookEntry): boolean;
}

const fresh = (): StreamState => ({ entries: [], head: -1n, truncateBefore: 0n, tombstoned: false });

/** Index of the first entry that comes at or after a position. */
const indexFrom = (entries: readonly BookEntry[], position: number): number => {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.position ?? Infinity) < position) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const createBook = (): Book => {
  const all: BookEntry[] = [];
  const streams = new Map<string, StreamState>();
  const stateOf = (name: string): StreamState => {
    const known = streams.get(name) ?? fresh();
    streams.set(name, known);
    return known;
  };
  const add = (event: PlacedEvent): void => {
    const entry: BookEntry = {
      position: event.position,
      stream: event.stream,
      revision: event.revision,
      id: event.id,
      type: event.type,
      response: readResponse(event),
    };
    all.push(entry);
    const state = stateOf(event.stream);
    if (event.type === '$streamDeleted') {
      state.tombstoned = true;
      return;
    }
    state.entries.push(entry);
    state.head = event.revision;
    if (event.type === '$metadata' && event.stream.startsWith('$$')) {
      const { $tb } = JSON.parse(event.data.toString()) as { readonly $tb?: string };
      if ($tb !== undefined) stateOf(event.stream.slice(2)).truncateBefore = BigInt($tb);
    }
  };
  const book: Book = {
    all,
    visible: 0,
    stream: name => streams.get(name),
    add: events => events.forEach(add),
    indexFrom: position => indexFrom(all, position),
    isVisible: entry => indexFrom(all, entry.position) < book.visible,
  };
  return book;
};
