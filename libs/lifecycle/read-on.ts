import type { EventStore } from '../event-store/port.ts';
import type { ToLifecycle } from './mapping.ts';
import { lifecycleTypes, logTypesOf } from './types.ts';
import type { LifecycleEvent } from './port.ts';

/** A stretch of the log as one reader is given it. */
export interface Page {
  readonly events: readonly LifecycleEvent[];
  /** Up to where it goes. */
  readonly to: number;
}

/** Reads on for somebody who is behind; every type where `types` is null. */
export type ReadOn = (after: number, types: ReadonlySet<string> | null) => Promise<Page>;

/** Events of the log in one page: few, so that a page fits into what is kept for one who doesn't keep up. */
const pageSize = 100;
/** For how many the log is read at the same time; others wait for their turn. */
const readers = 8;

const every = lifecycleTypes.map(({ type }) => type);

/** Reads the log for those who are behind, for a few at a time, so that a thousand who come back at once don't starve the rest. */
export const createReadOn = (events: Pick<EventStore, 'find' | 'head'>, toLifecycle: ToLifecycle): ReadOn => {
  let free = readers;
  const waiting: (() => void)[] = [];
  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };

  return (after, types) =>
    turn(async () => {
      // Asked for first: what is found then reaches at least as far.
      const head = await events.head();
      const found = await events.find({ types: logTypesOf(types ?? every) }, after, pageSize);
      return {
        events: found.events
          .flatMap(toLifecycle)
          .filter(({ cloudEvent }) => types === null || types.has(cloudEvent.type)),
        to: found.next ?? Math.max(head, after, found.events.at(-1)?.position ?? 0),
      };
    });
};
