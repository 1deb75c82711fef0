import type { Journey, Wanted } from './define.ts';

/** The events of an attempt, as places in the journey: one per step that it reached, in order of time. */
export type Attempt = readonly number[];

/**
 * The attempt that counts for a lead: of all that begin in the period, the one that comes furthest; of these, the one
 * that gets there first; of these, the one that began last. Null when none begins.
 *
 * Each step is its first occurrence after the step before, and at most `within` after the first.
 */
export const bestAttempt = (journey: Journey, wanted: Wanted): Attempt | null => {
  if (wanted.order === 'any') return inAnyOrder(journey, wanted);
  return wanted.order === 'strict' ? oneAfterAnother(journey, wanted) : oneAfterOther(journey, wanted);
};

/** For each number of steps, the attempt that came so far and began last: none that began earlier can outdo it. */
const oneAfterOther = ({ length, types, at }: Journey, wanted: Wanted): Attempt | null => {
  const { steps, within } = wanted;
  const count = steps.length;
  // Row k has the places of the attempt that reached step k; its first place is -1 as long as there is none.
  const reached = new Int32Array(count * count).fill(-1);
  let best: Attempt | null = null;
  for (let place = 0; place < length; place++) {
    const type = types[place];
    const instant = at[place] ?? 0;
    for (let k = count - 1; k >= 0; k--) {
      if (steps[k] !== type) continue;
      const row = k * count;
      const first = k === 0 ? (begins(wanted, instant) ? place : -1) : (reached[row - count] ?? -1);
      if (first < 0 || instant - (at[first] ?? 0) > within) continue;
      const better = k >= (best?.length ?? 0);
      if (!better && (reached[row] ?? -1) >= first) continue;
      for (let step = 0; step < k; step++) reached[row + step] = reached[row - count + step] ?? -1;
      reached[row + k] = place;
      if (better) best = steps.slice(0, k + 1).map((_, step) => reached[row + step] ?? -1);
    }
    if (best?.length === count) return best;
  }
  return best;
};

const begins = ({ from, to }: Wanted, instant: number): boolean => instant >= from && instant < to;

const oneAfterAnother = ({ length, types, at }: Journey, wanted: Wanted): Attempt | null => {
  const { steps, within } = wanted;
  let best: Attempt | null = null;
  for (let first = 0; first < length; first++) {
    const start = at[first] ?? 0;
    if (types[first] !== steps[0] || !begins(wanted, start)) continue;
    let k = 1;
    const most = Math.min(steps.length, length - first);
    while (k < most && types[first + k] === steps[k] && (at[first + k] ?? 0) - start <= within) k++;
    if (k > (best?.length ?? 0)) best = Array.from({ length: k }, (_, step) => first + step);
    if (k === steps.length) break;
  }
  return best;
};

/** A window slides over the events: of each type, as many count as the steps name it. */
const inAnyOrder = ({ length, types, at }: Journey, wanted: Wanted): Attempt | null => {
  const { steps, within, from, to } = wanted;
  const needed = (type: number | undefined): number => steps.filter(step => step === type).length;
  const held = new Map<number | undefined, number>();
  let first = 0;
  let counted = 0;
  let best: Attempt | null = null;
  const leave = (): void => {
    const type = types[first++];
    const count = held.get(type) ?? 0;
    held.set(type, count - 1);
    if (count <= needed(type)) counted--;
  };
  for (let place = 0; place < length; place++) {
    const type = types[place];
    const instant = at[place] ?? 0;
    const count = (held.get(type) ?? 0) + 1;
    held.set(type, count);
    if (count <= needed(type)) counted++;
    while (first <= place && ((at[first] ?? 0) < from || instant - (at[first] ?? 0) > within)) leave();
    if (first > place || (at[first] ?? 0) >= to) continue;
    if (counted <= (best?.length ?? 0)) continue;
    // What the window can spare at its beginning, it does without.
    while (first < place && (at[first + 1] ?? 0) < to && (held.get(types[first]) ?? 0) > needed(types[first]))
      leave();
    best = firsts(types, first, place, needed);
    if (counted === steps.length) break;
  }
  return best;
};

/** The places from one to another at which a step is reached. */
const firsts = (
  types: Journey['types'],
  from: number,
  to: number,
  needed: (type: number | undefined) => number,
): Attempt => {
  const seen = new Map<number | undefined, number>();
  const places: number[] = [];
  for (let place = from; place <= to; place++) {
    const type = types[place];
    const count = (seen.get(type) ?? 0) + 1;
    seen.set(type, count);
    if (count <= needed(type)) places.push(place);
  }
  return places;
};
