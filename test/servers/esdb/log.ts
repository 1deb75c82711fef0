import { closeSync, existsSync, fdatasync, ftruncateSync, openSync, readFileSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { createBook, tombstoneRevision, type Book, type BookEntry } from './book.ts';
import { decodeFrames, encodeFrame, type StoredEvent } from './frames.ts';
import { judge, type Expected } from './judge.ts';

const writeTo = promisify(write);
const sync = promisify(fdatasync);

export type ProposedEvent = Omit<StoredEvent, 'stream' | 'revision' | 'created'>;

/** What became of an append; positions are places in the file. */
export type Outcome =
  | { readonly kind: 'success'; readonly revision: bigint | null; readonly position: number }
  | { readonly kind: 'wrong-revision'; readonly actual: bigint | null }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'timeout' };

/** The append-only log in one file. */
export interface Log {
  readonly book: Book;
  append(stream: string, events: readonly ProposedEvent[], expected: Expected): Promise<Outcome>;
  /** Soft delete: what stands is gone for readers, revisions go on. */
  softDelete(stream: string, expected: Expected): Promise<Outcome>;
  tombstone(stream: string, expected: Expected): Promise<Outcome>;
  /** Calls back whenever more can be read; the answer ends it. */
  onVisible(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface LogOptions {
  readonly file: string;
  /** Whether an append is acknowledged only when the disk has it. */
  readonly sync: boolean;
  /** Ids that are remembered for appends without a revision. */
  readonly remembered: number;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** B of data, metadata and type names that one append may hold. */
export const maxAppendSize = 1_048_576;
/** How long the same event sent again while it is being written is left waiting, ms. */
const contested = 2_000;

const sizeOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((sum, { data, metadata, type }) => sum + data.length + metadata.length + 2 * type.length, 0);

export const openLog = ({ file, sync: durable, remembered, newId, clock }: LogOptions): Log => {
  const book = createBook();
  const { appends, end } = existsSync(file) ? decodeFrames(readFileSync(file)) : { appends: [], end: 0 };
  for (const events of appends) book.add(events);
  book.visible = book.all.length;
  const fd = openSync(file, existsSync(file) ? 'r+' : 'w+');
  ftruncateSync(fd, end);

  /** Ids of what came lately, by stream; it is empty after a start. */
  const lately = new Map<string, bigint>();
  const listeners = new Set<() => void>();
  let size = end;
  let pending: Buffer[] = [];
  let flushing: Promise<void> | undefined;
  let waiting: (() => void)[] = [];

  const remember = (stream: string, id: string, revision: bigint): void => {
    lately.set(`${stream} ${id}`, revision);
    if (lately.size > remembered)
      for (const oldest of lately.keys()) {
        lately.delete(oldest);
        break;
      }
  };

  const flush = async (): Promise<void> => {
    // What comes in the same turn is written together.
    await new Promise(setImmediate);
    while (pending.length > 0 || waiting.length > 0) {
      const [bytes, count, told] = [Buffer.concat(pending), book.all.length, waiting];
      const at = size - bytes.length;
      [pending, waiting] = [[], []];
      if (bytes.length > 0) {
        await writeTo(fd, bytes, 0, bytes.length, at);
        if (durable) await sync(fd);
      }
      book.visible = count;
      for (const tell of told) tell();
      for (const listener of listeners) listener();
    }
    flushing = undefined;
  };

  const flushed = (): Promise<void> =>
    new Promise(resolve => {
      waiting.push(resolve);
      flushing ??= flush();
    });

  const put = (events: readonly StoredEvent[]): readonly number[] => {
    const { bytes, positions } = encodeFrame(events, size);
    size += bytes.length;
    pending.push(bytes);
    book.add(events.map((event, n) => ({ ...event, position: positions[n] ?? 0 })));
    for (const event of events) remember(event.stream, event.id, event.revision);
    return positions;
  };

  const settle = async (entry: BookEntry): Promise<Outcome> => {
    if (!book.isVisible(entry)) {
      await new Promise(resolve => setTimeout(resolve, contested));
      return { kind: 'timeout' };
    }
    return { kind: 'success', revision: entry.revision, position: entry.position };
  };

  const append: Log['append'] = async (stream, events, expected) => {
    if (sizeOf(events) > maxAppendSize) return { kind: 'too-large' };
    if (events.length === 0) return { kind: 'success', revision: null, position: size + 8 };
    const state = book.stream(stream);
    const ids = events.map(({ id }) => id);
    const verdict = judge(state, ids, expected, id => lately.get(`${stream} ${id}`));
    if (verdict.kind === 'repeated') return settle(verdict.entry);
    if (verdict.kind !== 'write') {
      await flushed();
      return verdict;
    }
    const first = (state?.head ?? -1n) + 1n;
    const created = clock();
    const placed = events.map((event, n) => ({ ...event, stream, created, revision: first + BigInt(n) }));
    const position = put(placed).at(-1) ?? 0;
    await flushed();
    return { kind: 'success', revision: first + BigInt(events.length) - 1n, position };
  };

  const system = (type: string, data: object): ProposedEvent => ({
    id: newId(),
    type,
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.alloc(0),
  });

  /** Whether a stream may be removed: an outcome says why not. */
  const refusal = (stream: string, expected: Expected): Outcome | null => {
    const verdict = judge(book.stream(stream), [], expected, () => undefined);
    return verdict.kind === 'wrong-revision' || verdict.kind === 'deleted' ? verdict : null;
  };

  return {
    book,
    append,
    softDelete: async (stream, expected) => {
      const refused = refusal(stream, expected);
      const head = book.stream(stream)?.head ?? -1n;
      if (refused !== null) return refused;
      if (head < 0n) return { kind: 'wrong-revision', actual: null };
      return append(`$$${stream}`, [system('$metadata', { $tb: String(head + 1n) })], 'any');
    },
    tombstone: async (stream, expected) => {
      const refused = refusal(stream, expected);
      if (refused !== null) return refused;
      const [position = 0] = put([
        { ...system('$streamDeleted', {}), stream, revision: tombstoneRevision, created: clock() },
      ]);
      await flushed();
      return { kind: 'success', revision: tombstoneRevision, position };
    },
    onVisible: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await flushing;
      closeSync(fd);
    },
  };
};
