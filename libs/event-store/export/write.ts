import { createHash } from 'node:crypto';
import type { EventStore, Position } from '../port.ts';
import { header, InvalidExport, lineOf } from './lines.ts';

export interface ExportOptions {
  /** Called after each page with the position reached and the head. */
  readonly onProgress?: (done: Position, head: Position) => void;
  readonly signal?: AbortSignal;
}

const page = 1_000;

/**
 * The log as it stands when this begins, in lines with their ends: a header, an event each, and a footer by which a reader
 * knows that nothing is missing.
 *
 * @throws InvalidExport for an event that can't be read; StoreUnavailable; the signal's reason when it's aborted
 */
export async function* exportLines(
  events: EventStore,
  { onProgress, signal }: ExportOptions = {},
): AsyncGenerator<string, number, undefined> {
  const hash = createHash('sha256');
  const head = await events.head();
  let count = 0;
  let after = 0;
  const first = `${JSON.stringify(header)}\n`;
  hash.update(first);
  yield first;
  while (after < head) {
    signal?.throwIfAborted();
    const found = (await events.readAll(after, page)).filter(({ position }) => position <= head);
    const last = found.at(-1);
    if (last === undefined) break;
    const odd = found.find(({ unreadable }) => unreadable !== undefined);
    if (odd !== undefined)
      throw new InvalidExport(count + 2, `would be position ${odd.position}, which can't be read`);
    const text = found.map(event => `${lineOf(event)}\n`).join('');
    hash.update(text);
    count += found.length;
    after = last.position;
    onProgress?.(after, head);
    yield text;
  }
  yield `${JSON.stringify({ events: count, sha256: hash.digest('hex') })}\n`;
  return count;
}
