import type { NewEvent } from '../../../libs/domain/event.ts';
import type { Appended, ExpectedRevision } from '../../../libs/event-store/port.ts';

/** An event of the model: what was given, and where it must stand. */
export interface Placed {
  readonly event: NewEvent;
  readonly stream: string;
  readonly revision: number;
  /** 1 for the log's first event, 2 for its second, …: an adapter's positions need not be these. */
  readonly order: number;
}

export type Outcome =
  | { readonly kind: 'appended'; readonly answer: Omit<Appended, 'position'>; readonly order: number }
  | { readonly kind: 'wrong-revision'; readonly actual: number | null };

/** The log as a plain list, and the rules of appending in the words of the port. */
export const logModel = () => {
  const log: Placed[] = [];
  const streamOf = (stream: string): Placed[] => log.filter(placed => placed.stream === stream);
  const put = (stream: string, event: NewEvent): Placed => {
    const placed = { event, stream, revision: streamOf(stream).length, order: log.length + 1 };
    log.push(placed);
    return placed;
  };
  const answer = (last: Placed, duplicates: readonly string[]): Outcome => ({
    kind: 'appended',
    answer: { revision: last.revision, duplicates },
    order: last.order,
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

  return { log: log as readonly Placed[], streamOf, append };
};

export type LogModel = ReturnType<typeof logModel>;
