import { setImmediate } from 'node:timers/promises';
import type { RecordedEvent } from '../domain/event.ts';
import type { EventStore, Position } from '../event-store/port.ts';

/** The events of one type in log order, as columns. Leads and words are numbers, see `Moments`. */
export interface Column {
  length: number;
  lead: Uint32Array;
  /** Epoch ms. */
  at: Float64Array;
  position: Float64Array;
  channel: Uint32Array;
  campaign: Uint32Array;
}

/** When what happened to whom, by type, up to a position. */
export interface Moments {
  readonly position: Position;
  readonly columns: readonly Column[];
  /** How many leads there are: their numbers are below. */
  readonly leads: number;
  readonly leadOf: (lead: number) => string;
  /** Null for 0: the event says nothing. */
  readonly wordOf: (word: number) => string | null;
}

/** More events of the asked types than this are refused. */
export const mostMoments = 20_000_000;

/** Events that are remembered between questions, about 28 bytes each. */
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
  let last: Promise<unknown> = Promise.resolve();

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
    const columns: Column[] = [];
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

  return (types, signal) => {
    // One after the other: two that read on at once would read the same.
    const mine = last.then(() => read(types, signal));
    last = mine.catch(() => undefined);
    return mine;
  };
};

const emptyColumn = (): Column => columnOf(0);

const columnOf = (size: number): Column => ({
  length: 0,
  lead: new Uint32Array(size),
  at: new Float64Array(size),
  position: new Float64Array(size),
  channel: new Uint32Array(size),
  campaign: new Uint32Array(size),
});

const arrays = ['lead', 'at', 'position', 'channel', 'campaign'] as const;

const put = (column: Column, event: RecordedEvent, leads: Numbering, words: Numbering): void => {
  if (event.unreadable !== undefined) return;
  const { leadId, channel, campaign } = event.data as Readonly<Record<string, unknown>>;
  if (typeof leadId !== 'string') return;
  const place = column.length++;
  if (place === column.at.length) grow(column);
  column.lead[place] = leads.numberOf(leadId);
  column.at[place] = event.occurredAt;
  column.position[place] = event.position;
  column.channel[place] = typeof channel === 'string' ? words.numberOf(channel) : 0;
  column.campaign[place] = typeof campaign === 'string' ? words.numberOf(campaign) : 0;
};

const grow = (column: Column): void => {
  const larger = columnOf(Math.max(1_024, Math.ceil(column.at.length * 1.5)));
  for (const name of arrays) larger[name].set(column[name]);
  for (const name of arrays) column[name] = larger[name] as never;
};

/** The column without what came after a position, as long as nothing is written into it. */
const upTo = (column: Column, head: Position): Column => {
  let { length } = column;
  while (length > 0 && (column.position[length - 1] ?? 0) > head) length--;
  return { ...column, length };
};

interface Numbering {
  readonly numberOf: (name: string) => number;
  readonly nameOf: (number: number) => string;
  readonly size: () => number;
}

const numbering = (): Numbering => {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  return {
    numberOf: name => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, names.length);
      names.push(name);
      return names.length - 1;
    },
    nameOf: number => names[number] ?? '',
    size: () => names.length,
  };
};
