import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailable } from '../errors.ts';
import type { Held } from './line.ts';
import { Away, Hung } from './trouble.ts';

/** How long a caller can still wait, ms. */
export type Left = () => number;

/** Knows how long is left until somebody has to be answered. Times are ms of `performance.now()`. */
export interface Watch {
  /** The server answered. */
  readonly answered: () => void;
  /**
   * What is left for somebody who asks since then. As long as the server answers others it is at work, so the time runs
   * from the last answer.
   */
  readonly left: (since: number) => number;
}

/** @param answerMs how long a caller waits at most while the server says nothing */
export const createWatch = (answerMs: number): Watch => {
  let last = -Infinity;
  return {
    answered: () => {
      last = performance.now();
    },
    left: since => Math.max(since, last) + answerMs - performance.now(),
  };
};

const firstPause = 10;
const longestPause = 500;

/**
 * Tries again while the server is away, for as long as is left.
 *
 * @param outcomeUnknown whether an attempt that failed may have been taken all the same
 * @throws StoreUnavailable when no time is left; what else the attempt throws
 */
export const persist = async <T>(
  left: Left,
  outcomeUnknown: boolean,
  attempt: (left: number) => Promise<T>,
): Promise<T> => {
  for (let wait = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
    try {
      return await attempt(Math.max(1, left()));
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      if (left() <= wait)
        throw new StoreUnavailable(`EventStoreDB is away: ${error.message}`, outcomeUnknown, error);
      await pause(wait * (0.5 + Math.random() / 2));
    }
  }
};

const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Away(String(thrown)));

/**
 * The promise's outcome, unless it takes longer or its client is replaced before.
 *
 * @throws Hung, Away
 */
export const within = <T>(ms: number, { onGone }: Pick<Held, 'onGone'>, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    // Timers of one length share a list, which is cheaper than one for each.
    const wait = Math.ceil(ms / 10) * 10;
    const timer = setTimeout(
      () => end(() => reject(new Hung(`no answer within ${Math.round(ms)} ms`))),
      wait,
    );
    const off = onGone(() => end(() => reject(new Away('its client was replaced'))));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      off();
      settle();
    };
    promise.then(
      value => end(() => resolve(value)),
      (error: unknown) => end(() => reject(errorOf(error))),
    );
  });

/**
 * Waits for one's turn as long as is left.
 *
 * @throws StoreUnavailable: nothing was sent
 */
export const waitFor = async (turn: Promise<unknown>, left: Left): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      turn,
      new Promise<never>((_, reject) => {
        const look = (): void => {
          const rest = left();
          if (rest > 0) timer = setTimeout(look, rest + 1);
          else reject(new StoreUnavailable('EventStoreDB is away: others wait before'));
        };
        look();
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
};
