import { larger, sizeAfter, visitBackwards } from './columns.ts';
import type { Journey } from './define.ts';
import type { Moments } from './moments.ts';

/** A lead's journey, and where its events are: in which column, and at which place there. */
export interface Placed extends Journey {
  readonly places: ArrayLike<number>;
}

/** Up to here events are put in order one by one; most leads have a few. */
const few = 32;

/**
 * Gives a lead's events in order of time; those of one instant in the order of the log. What is given holds until the
 * next journey is asked for.
 */
export const createJourneys = ({ columns }: Moments): ((lead: number) => Placed) => {
  let types = new Uint8Array(few);
  let places = new Uint32Array(few);
  let at = new Float64Array(few);
  let length = 0;

  const put = (type: number, place: number, instant: number): void => {
    if (length === at.length) {
      const size = sizeAfter(length);
      types = larger(types, new Uint8Array(size));
      places = larger(places, new Uint32Array(size));
      at = larger(at, new Float64Array(size));
    }
    types[length] = type;
    places[length] = place;
    at[length++] = instant;
  };
  const positionOf = (type: number, place: number): number => columns[type]?.column.position[place] ?? 0;

  /** Puts the event at the end where it belongs among those before. */
  const insert = (): void => {
    const end = length - 1;
    const [type, place, instant] = [types[end] ?? 0, places[end] ?? 0, at[end] ?? 0];
    let slot = end;
    for (; slot > 0; slot--) {
      const against = at[slot - 1] ?? 0;
      if (against < instant) break;
      const [otherType, otherPlace] = [types[slot - 1] ?? 0, places[slot - 1] ?? 0];
      if (against === instant && positionOf(otherType, otherPlace) < positionOf(type, place)) break;
      types[slot] = otherType;
      places[slot] = otherPlace;
      at[slot] = against;
    }
    types[slot] = type;
    places[slot] = place;
    at[slot] = instant;
  };

  const sortAll = (): void => {
    const moments = Array.from({ length }, (_, n) => {
      const [type, place] = [types[n] ?? 0, places[n] ?? 0];
      return { type, place, instant: at[n] ?? 0, position: positionOf(type, place) };
    });
    // Runs that are in order already, one per column, are merged.
    moments.sort((a, b) => a.instant - b.instant || a.position - b.position);
    length = 0;
    for (const { type, place, instant } of moments) put(type, place, instant);
  };

  return lead => {
    length = 0;
    for (const [type, cut] of columns.entries())
      visitBackwards(cut, lead, place => {
        put(type, place, cut.column.at[place] ?? 0);
        if (length <= few) insert();
      });
    if (length > few) sortAll();
    return { length, types, at, places };
  };
};
