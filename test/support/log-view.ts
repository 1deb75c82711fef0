import type { EventStore, Position } from '../../libs/event-store/port.ts';
import { appendLimits } from '../../libs/event-store/port.ts';
import type { RecordedEvent } from '../../libs/domain/event.ts';

/** How a test's streams are called in a log that many tests share. */
export interface StreamNames {
  readonly inside: (stream: unknown) => string;
  readonly outside: (stream: string) => string;
}

/** Names that no other test has, as long as the given ones, where those are as long as may be. */
export const namesOf = (tag: string): StreamNames => {
  const given = new Map<string, string>();
  return {
    inside: stream => {
      // What is no name must stay none.
      if (
        typeof stream !== 'string' ||
        !/^[A-Za-z0-9_.:-]+$/.test(stream) ||
        stream.length > appendLimits.streamName
      )
        return stream as string;
      // The category stays in front, where readers look for it.
      const dash = stream.indexOf('-') + 1;
      const tagged = `${stream.slice(0, dash)}${tag}.${stream.slice(dash)}`;
      const name =
        tagged.length <= appendLimits.streamName ? tagged : `${tag}.${stream.slice(tag.length + 1)}`;
      given.set(name, stream);
      return name;
    },
    outside: stream => given.get(stream) ?? stream,
  };
};

/**
 * A log as it is after a position, with streams of its own, as if it were new: for engines where a test can't have a log to
 * itself. Others must not append to it meanwhile.
 */
export const viewOf = (store: EventStore, base: Position, names: StreamNames): EventStore => {
  const shown = (event: RecordedEvent): RecordedEvent => ({ ...event, stream: names.outside(event.stream) });
  const told = (error: unknown): never => {
    if (error instanceof Error && 'stream' in error && typeof error.stream === 'string') {
      const stream = names.outside(error.stream);
      error.message = error.message.replace(error.stream, stream);
      Object.assign(error, { stream });
    }
    throw error;
  };
  return {
    append: (stream, events, expected) => store.append(names.inside(stream), events, expected).catch(told),
    appendEach: appends =>
      store.appendEach(appends.map(each => ({ ...each, stream: names.inside(each.stream) }))).catch(told),
    readStream: async function* (stream, from) {
      for await (const event of store.readStream(names.inside(stream), from)) yield shown(event);
    },
    readAll: async (after, limit) => (await store.readAll(Math.max(after, base), limit)).map(shown),
    find: async (filter, after, limit) => {
      const { events, next } = await store.find(filter, Math.max(after, base), limit);
      return { events: events.map(shown), next: next === base && limit < 1 ? after : next };
    },
    head: async () => {
      const head = await store.head();
      return head <= base ? 0 : head;
    },
    onAppended: ring => store.onAppended(ring),
    close: () => store.close(),
  };
};
