import type { RecordedEvent } from '../domain/event.ts';
import type { Position } from '../event-store/port.ts';

/** The events of one type in log order, as columns. Leads and words are numbers, see `Moments`. */
export interface Column {
  length: number;
  lead: Uint32Array;
  /** Epoch ms. */
  at: Float64Array;
  position: Float64Array;
  channel: Uint32Array;
  campaign: Uint32Array;
  /** Where the same lead's event before is, plus one; 0 where there is none. */
  before: Uint32Array;
  /** By lead: where its last event is, plus one; 0 and nothing at all where there is none. */
  last: Uint32Array;
}

/** Names and their numbers, from 0 on in the order in which they came. */
export interface Numbering {
  readonly numberOf: (name: string) => number;
  readonly nameOf: (number: number) => string;
  readonly size: () => number;
}

export const numbering = (): Numbering => {
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

const columnOf = (size: number) => ({
  lead: new Uint32Array(size),
  at: new Float64Array(size),
  position: new Float64Array(size),
  channel: new Uint32Array(size),
  campaign: new Uint32Array(size),
  before: new Uint32Array(size),
});

export const emptyColumn = (): Column => ({ length: 0, ...columnOf(0), last: new Uint32Array(0) });

/** Puts an event at the end; those of nobody and those that the log can't read are left out. */
export const put = (column: Column, event: RecordedEvent, leads: Numbering, words: Numbering): void => {
  if (event.unreadable !== undefined) return;
  const { leadId, channel, campaign } = event.data as Readonly<Record<string, unknown>>;
  if (typeof leadId !== 'string') return;
  const place = column.length++;
  if (place === column.at.length) grow(column);
  const lead = leads.numberOf(leadId);
  if (lead >= column.last.length) column.last = larger(column.last, new Uint32Array(sizeAfter(lead)));
  column.lead[place] = lead;
  column.at[place] = event.occurredAt;
  column.position[place] = event.position;
  column.channel[place] = typeof channel === 'string' ? words.numberOf(channel) : 0;
  column.campaign[place] = typeof campaign === 'string' ? words.numberOf(campaign) : 0;
  column.before[place] = column.last[lead] ?? 0;
  column.last[lead] = place + 1;
};

/** The size of an array that is to have room at a place, and for some more. */
export const sizeAfter = (place: number): number => Math.max(1_024, Math.ceil((place + 1) * 1.5));

/** Numbers in an array with more room. */
export const larger = <A extends Uint8Array | Uint32Array | Float64Array>(from: A, into: A): A => {
  into.set(from);
  return into;
};

const grow = (column: Column): void => {
  const into = columnOf(sizeAfter(column.at.length));
  for (const name of ['lead', 'at', 'position', 'channel', 'campaign', 'before'] as const)
    column[name] = larger(column[name], into[name]) as never;
};

/** A column without what came after a position. It may grow meanwhile, and its arrays be others then. */
export interface Cut {
  readonly column: Column;
  readonly length: number;
}

export const upTo = (column: Column, head: Position): Cut => {
  let { length } = column;
  while (length > 0 && (column.position[length - 1] ?? 0) > head) length--;
  return { column, length };
};

/** Visits a lead's events in a column, the last one first. */
export const visitBackwards = (
  { column: { last, before }, length }: Cut,
  lead: number,
  visit: (place: number) => void,
): void => {
  for (let next = last[lead] ?? 0; next > 0; next = before[next - 1] ?? 0)
    if (next <= length) visit(next - 1);
};
