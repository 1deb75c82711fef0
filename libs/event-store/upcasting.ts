import type { RecordedEvent } from '../domain/event.ts';
import type { EventStore } from './port.ts';

type UpcastEvent = (event: RecordedEvent) => RecordedEvent;

/** Gives the same array back when nothing in it changes, which is nearly always. */
const upcastAll = (events: readonly RecordedEvent[], upcast: UpcastEvent): readonly RecordedEvent[] => {
  for (let index = 0; index < events.length; index++) {
    const event = events[index];
    if (event !== undefined && upcast(event) !== event) return events.map(upcast);
  }
  return events;
};

/**
 * A store whose readers see every event at its newest version.
 *
 * @param upcastReadable pure; answers the event itself where there is nothing to do; is never given an unreadable event
 */
export const upcasting = (store: EventStore, upcastReadable: UpcastEvent): EventStore => {
  const upcast: UpcastEvent = event => (event.unreadable === undefined ? upcastReadable(event) : event);
  async function* readStream(stream: string, from?: number): AsyncGenerator<RecordedEvent, void, undefined> {
    for await (const event of store.readStream(stream, from)) yield upcast(event);
  }
  return {
    append: (stream, events, expected) => store.append(stream, events, expected),
    appendEach: appends => store.appendEach(appends),
    readStream,
    readAll: async (after, limit) => upcastAll(await store.readAll(after, limit), upcast),
    find: async (filter, after, limit) => {
      const { events, next } = await store.find(filter, after, limit);
      return { events: upcastAll(events, upcast), next };
    },
    head: () => store.head(),
    onAppended: ring => store.onAppended(ring),
    close: () => store.close(),
  };
};
