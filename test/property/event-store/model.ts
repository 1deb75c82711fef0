import type { NewEvent } from '../../../libs/domain/event.ts';
import type { Appended, ExpectedRevision } from '../../../libs/event-store/port.ts';

/** An event of the model: what was given, and where it must stand. */
export interface Placed {
  readonly event: NewEvent;
  readonly stream: string;
  readonly revision: number;
}

export type Outcome =
  | { readonly kind: 'appended'; readonly answer: Omit<Appended, 'position'>; readonly stream: string }
  | { readonly kind: 'wrong-revision'; readonly actual: number | null };

/** The log as a plain list, and the rules of appending in the words of the port. */
export const logModel = () => {
  const log: Placed[] = [];
  const streamOf = (stream: string): Placed[] => log.filter(placed => placed.stream === stream);
  const put = (stream: string, event: NewEvent): Placed => {
    const placed = { event, stream, revision: streamOf(stream).length };
    log.push(placed);
    return placed;
  };
  const answer = (last: Placed, duplicates: readonly string[]): Outcome => ({
    kind: 'appended',
    answer: { revision: last.revision, duplicates },
    stream: last.stream,
  });

  const append = (stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Outcome => {
    const there = streamOf(stream);
    const ids = new Map(there.map(placed => [placed.event.id, placed]));
    const actual = there.length === 0 ? null : there.length - 1;
    const wrong: Outcome = { kind: 'wrong-revision', actual };

    if (expected === 'ANY' || expected === 'STREAM_EXISTS') {
      if (expected === 'STREAM_EXISTS' && actual === null) return wrong;
      const places = events.map(event => ids.get(event.id) ?? put(stream, event));
      return answer(
        places.at(-1)!,
        events.map(event => event.id).filter(id => ids.has(id)),
      );
    }

    const from = expected === 'NO_STREAM' ? 0 : expected + 1;
    if (from === there.length && !events.some(event => ids.has(event.id)))
      return answer(events.map(event => put(stream, event)).at(-1)!, []);
    const repeated = there.slice(from, from + events.length);
    const same =
      repeated.length === events.length && repeated.every((placed, n) => placed.event.id === events[n]!.id);
    return same
      ? answer(
          repeated.at(-1)!,
          events.map(event => event.id),
        )
      : wrong;
  };

  /** Takes over in which order the log holds the events; every stream must go on by one in it. */
  const settle = (order: readonly { readonly stream: string; readonly revision: number }[]): void => {
    const rank = new Map(order.map(({ stream, revision }, n) => [`${stream} ${revision}`, n]));
    const placeOf = ({ stream, revision }: Placed): number => rank.get(`${stream} ${revision}`) ?? Infinity;
    log.sort((one, other) => placeOf(one) - placeOf(other));
  };

  return { log: log as readonly Placed[], streamOf, append, settle };
};

export type LogModel = ReturnType<typeof logModel>;
