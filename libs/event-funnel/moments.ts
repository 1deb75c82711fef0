import { setImmediate } from 'node:timers/promises';
import type { EventStore, Position } from '../event-store/port.ts';
import { emptyColumn, numbering, put, upTo, type Column, type Cut } from './columns.ts';
import { oneByOne } from './turns.ts';

/** When what happened to whom, by type, up to a position. */
export interface Moments {
  readonly position: Position;
  readonly columns: readonly Cut[];
  /** How many leads there are: their numbers are below. */
  readonly leads: number;
  readonly leadOf: (lead: number) => string;
  /** Null for 0: the event says nothing. */
  readonly wordOf: (word: number) => string | null;
}

/** More events of the asked types than this are refused. */
export const mostMoments = 20_000_000;

/** Events that are remembered between questions, about 32 bytes each. */
const remembered = 3_000_000;
const pageSize = 1_000;

/** The asked types have more events than are looked at for one question. */
export class TooManyMoments extends Error {
  override readonly name = 'TooManyMoments';
}

/**
 * Reads events by type out of the log, and remembers them as columns: the log only grows, so the next question reads on
 * from there. Types that nobody asked for lately are forgotten first.
 */
export const createMoments = (
  events: Pick<EventStore, 'find' | 'head'>,
): ((types: readonly string[], signal?: AbortSignal) => Promise<Moments>) => {
  const [leads, words] = [numbering(), numbering()];
  words.numberOf('');
  const kept = new Map<string, { column: Column; position: Position }>();
  // Two that read on at once would read the same.
  const alone = oneByOne();

  const forget = (wanted: ReadonlySet<string>): void => {
    let total = 0;
    for (const { column } of kept.values()) total += column.length;
    for (const [type, { column }] of kept) {
      if (total <= remembered) return;
      if (wanted.has(type)) continue;
      total -= column.length;
      kept.delete(type);
    }
  };

  const readOn = async (type: string, head: Position, signal: AbortSignal | undefined): Promise<Column> => {
    const known = kept.get(type) ?? { column: emptyColumn(), position: 0 };
    kept.delete(type);
    kept.set(type, known);
    while (known.position < head) {
      const page = await events.find({ types: [type] }, known.position, pageSize);
      for (const event of page.events) put(known.column, event, leads, words);
      known.position = page.next ?? Math.max(head, page.events.at(-1)?.position ?? 0);
      await setImmediate();
      signal?.throwIfAborted();
      if (known.column.length > mostMoments) throw new TooManyMoments(type);
    }
    return known.column;
  };

  const read = async (types: readonly string[], signal: AbortSignal | undefined): Promise<Moments> => {
    const head = await events.head();
    const columns: Cut[] = [];
    for (const type of types) columns.push(upTo(await readOn(type, head, signal), head));
    forget(new Set(types));
    return {
      position: head,
      columns,
      leads: leads.size(),
      leadOf: leads.nameOf,
      wordOf: word => (word === 0 ? null : words.nameOf(word)),
    };
  };

  return (types, signal) => alone(() => read(types, signal));
};
