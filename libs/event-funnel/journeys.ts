import { setImmediate } from 'node:timers/promises';
import type { Journey } from './define.ts';
import type { Moments } from './moments.ts';

/** One event of a journey: its type (place in the moments' columns) and its place in that column. */
export interface Moment {
  readonly type: number;
  readonly place: number;
}

/** How long other work waits at most, ms. */
const turn = 8;

/**
 * Visits the leads with at least one of the events, each with its events in order of time; those of one instant in the order of the log.
 * What is handed over holds until the visit ends.
 */
export const visitJourneys = async (
  { columns, leads }: Moments,
  visit: (lead: number, journey: Journey, momentAt: (place: number) => Moment) => void,
  signal?: AbortSignal,
): Promise<void> => {
  const ends = new Uint32Array(leads + 1);
  for (const { lead, length } of columns)
    for (let place = 0; place < length; place++) add(ends, (lead[place] ?? 0) + 1, 1);
  for (let lead = 1; lead <= leads; lead++) add(ends, lead, ends[lead - 1] ?? 0);
  const total = ends[leads] ?? 0;
  const next = ends.slice();
  const [types, places] = [new Uint8Array(total), new Uint32Array(total)];
  for (const [type, { lead, length }] of columns.entries()) {
    for (let place = 0; place < length; place++) {
      const of = lead[place] ?? 0;
      const slot = next[of] ?? 0;
      next[of] = slot + 1;
      types[slot] = type;
      places[slot] = place;
    }
    await setImmediate();
  }
  const order: Moment[] = [];
  const compare = (a: Moment, b: Moment): number => {
    const [one, other] = [columns[a.type], columns[b.type]];
    return (
      (one?.at[a.place] ?? 0) - (other?.at[b.place] ?? 0) ||
      (one?.position[a.place] ?? 0) - (other?.position[b.place] ?? 0)
    );
  };
  let since = performance.now();
  for (let lead = 0; lead < leads; lead++) {
    const [begin, end] = [ends[lead] ?? 0, ends[lead + 1] ?? 0];
    if (begin === end) continue;
    order.length = 0;
    for (let slot = begin; slot < end; slot++)
      order.push({ type: types[slot] ?? 0, place: places[slot] ?? 0 });
    order.sort(compare);
    const journey = {
      length: order.length,
      types: order.map(({ type }) => type),
      at: order.map(({ type, place }) => columns[type]?.at[place] ?? 0),
    };
    visit(lead, journey, place => order[place] ?? { type: 0, place: 0 });
    if (performance.now() - since < turn) continue;
    await setImmediate();
    signal?.throwIfAborted();
    since = performance.now();
  }
};

const add = (counts: Uint32Array, at: number, more: number): void => {
  counts[at] = (counts[at] ?? 0) + more;
};
