import type { Position, Revision, StreamId } from '../port.ts';

/** Where an event stands; the position is null where the append's answer didn't tell it. */
export type Place = readonly [revision: Revision, position: Position | null];

/** An event of a stream, as far as it matters here. */
export interface Standing {
  readonly id: string;
  readonly revision: Revision;
  readonly position: Position | null;
}

/** A stream's ids from its beginning up to a revision; others may have appended since. */
export interface Known {
  /** Its last event that is known; −1 when it has none. */
  readonly head: () => Revision;
  readonly placeOf: (id: string) => Place | undefined;
  /** Takes what stands from a revision on, in order; it is left where there would be a gap. */
  readonly extend: (from: Revision, events: readonly Standing[]) => void;
  readonly size: () => number;
}

export const createKnown = (): Known => {
  const places = new Map<string, Place>();
  let head = -1;
  return {
    head: () => head,
    placeOf: id => places.get(id),
    extend: (from, events) => {
      if (from > head + 1) return;
      for (const { id, revision, position } of events) {
        if (revision <= head) continue;
        places.set(id, [revision, position]);
        head = revision;
      }
    },
    size: () => places.size,
  };
};

/** A bounded memory of streams' ids: those used least lately go first. What was forgotten may be put back. */
export interface Memory {
  of(stream: StreamId): Known | undefined;
  put(stream: StreamId, known: Known): void;
  /** Ids held; a stream without any counts as one. */
  size(): number;
}

/** @param most ids held, in all streams; one stream that has more is held while it is the last one used */
export const createMemory = (most: number): Memory => {
  const streams = new Map<StreamId, { readonly known: Known; readonly weight: number }>();
  let ids = 0;
  const remove = (stream: StreamId): Known | undefined => {
    const entry = streams.get(stream);
    if (entry === undefined) return undefined;
    streams.delete(stream);
    ids -= entry.weight;
    return entry.known;
  };
  const put = (stream: StreamId, known: Known): void => {
    const other = remove(stream);
    const best = other !== undefined && other.head() > known.head() ? other : known;
    const weight = Math.max(1, best.size());
    streams.set(stream, { known: best, weight });
    ids += weight;
    for (const oldest of streams.keys()) {
      if (ids <= most || streams.size === 1) return;
      remove(oldest);
    }
  };
  return {
    of: stream => {
      const known = streams.get(stream)?.known;
      // Putting it anew makes it the one used last.
      if (known !== undefined) put(stream, known);
      return known;
    },
    put,
    size: () => ids,
  };
};
