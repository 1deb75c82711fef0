import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { NewEvent, RecordedEvent } from '../../../libs/domain/event.ts';
import { StoreUnavailable } from '../../../libs/event-store/errors.ts';
import type { EventStore, ExpectedRevision } from '../../../libs/event-store/port.ts';
import { aStream, events } from '../../support/events.ts';

/** An append that was answered. */
export interface Acknowledged {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly revision: number;
  readonly position: number;
}

/** What a load has seen. Durations are ms. */
export interface Seen {
  readonly acknowledged: Acknowledged[];
  /** What a reader was given that goes on from its last position. */
  readonly delivered: RecordedEvent[];
  /** The longest that any call took, by whether it was answered. */
  longest: { answered: number; refused: number };
  /** Appends that were refused, and of them those of which nobody knows whether they were taken. */
  refused: number;
  unknown: number;
  /** When the last append was acknowledged, by `performance.now()`. */
  lastAck: number;
}

/** Writers and a reader at work. */
export interface Load {
  readonly seen: Seen;
  /** Ends the writers, each when its append is acknowledged, then the reader, when it has all of it. */
  finish(): Promise<void>;
}

const wishes: readonly ('exact' | 'ANY')[] = ['exact', 'exact', 'ANY'];

/** Writers that send again what is refused for an outage until it is taken, as callers do, and a reader that follows. */
export const startLoad = async (
  store: EventStore,
  reading: EventStore,
  writers: number,
  random: () => number,
): Promise<Load> => {
  const seen: Seen = {
    acknowledged: [],
    delivered: [],
    longest: { answered: 0, refused: 0 },
    refused: 0,
    unknown: 0,
    lastAck: performance.now(),
  };
  let writing = true;
  let reader = true;

  const timed = async <T>(call: () => Promise<T>): Promise<T> => {
    const since = performance.now();
    try {
      const answer = await call();
      seen.longest.answered = Math.max(seen.longest.answered, performance.now() - since);
      return answer;
    } catch (error) {
      seen.longest.refused = Math.max(seen.longest.refused, performance.now() - since);
      throw error;
    }
  };

  const persistently = async (
    stream: string,
    list: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<void> => {
    for (;;) {
      try {
        const { revision, position } = await timed(() => store.append(stream, list, expected));
        seen.acknowledged.push({ stream, events: list, revision, position });
        seen.lastAck = performance.now();
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        seen.refused++;
        if (error.outcomeUnknown) seen.unknown++;
        await pause(20 + random() * 80);
      }
    }
  };

  const write = async (): Promise<void> => {
    const stream = aStream();
    for (let head = -1; writing;) {
      const list = events(1 + Math.floor(random() * 3), () => ({ data: { id: randomUUID() } }));
      const wish = wishes[Math.floor(random() * wishes.length)];
      await persistently(stream, list, wish === 'ANY' ? 'ANY' : head < 0 ? 'NO_STREAM' : head);
      head += list.length;
    }
  };

  const follow = async (after: number): Promise<void> => {
    let position = after;
    while (reader) {
      try {
        const page = await timed(() => reading.readAll(position, 200));
        seen.delivered.push(...page);
        position = page.at(-1)?.position ?? position;
        if (page.length < 200) await pause(10);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await pause(20);
      }
    }
  };

  const following = follow(await reading.head());
  const all = Promise.all(Array.from({ length: writers }, write));
  return {
    seen,
    finish: async () => {
      writing = false;
      await all;
      const end = Math.max(0, ...seen.acknowledged.map(({ position }) => position));
      for (let waited = 0; waited < 20_000; waited += 20) {
        if ((seen.delivered.at(-1)?.position ?? 0) >= end) break;
        await pause(20);
      }
      reader = false;
      await following;
    },
  };
};
