import type { StreamId } from '../port.ts';

/** A place in the queues of some streams. */
export interface Turn {
  /** Resolves when all who came before have left; null when nobody was before. */
  readonly ready: Promise<undefined> | null;
  /** May be called before it is ready: those behind still wait for those before. */
  readonly leave: () => void;
}

/** Appends to one stream go one after the other, in the order in which they were called. */
export interface Queues {
  enter(streams: readonly StreamId[]): Turn;
}

export const createQueues = (): Queues => {
  const tails = new Map<StreamId, Promise<undefined>>();
  return {
    enter: streams => {
      const before = streams.flatMap(stream => tails.get(stream) ?? []);
      const { promise: left, resolve } = Promise.withResolvers<undefined>();
      const ready = before.length === 0 ? null : Promise.all(before).then(() => undefined);
      const tail = ready === null ? left : ready.then(() => left);
      for (const stream of streams) tails.set(stream, tail);
      const clear = (): void => {
        for (const stream of streams) if (tails.get(stream) === tail) tails.delete(stream);
      };
      const leave = (): void => {
        resolve(undefined);
        if (ready === null) clear();
        else void tail.then(clear);
      };
      return { ready, leave };
    },
  };
};

/** How many may be at work at once; the others wait in the order in which they came. */
export interface Slots {
  take(): Turn;
}

export const createSlots = (count: number): Slots => {
  const waiting: (() => void)[] = [];
  let free = count;
  const next = (): void => {
    const first = waiting.shift();
    if (first === undefined) free++;
    else first();
  };
  return {
    take: () => {
      let state: 'waiting' | 'at work' | 'left' = 'waiting';
      const leave = (): void => {
        if (state === 'at work') next();
        state = 'left';
      };
      if (free > 0) {
        free--;
        state = 'at work';
        return { ready: null, leave };
      }
      const { promise: ready, resolve } = Promise.withResolvers<undefined>();
      const begin = (): void => {
        if (state === 'left') next();
        else {
          state = 'at work';
          resolve(undefined);
        }
      };
      waiting.push(begin);
      return { ready, leave };
    },
  };
};
