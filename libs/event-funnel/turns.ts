import { setImmediate } from 'node:timers/promises';

/** How long other work waits at most, ms. */
const turn = 8;
/** The clock is looked at once for so many. */
const between = 64;

/** Does something for each number below a bound; other work goes on meanwhile. @throws what aborts the signal */
export const inTurns = async (
  bound: number,
  act: (n: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> => {
  let since = performance.now();
  for (let n = 0; n < bound; n++) {
    act(n);
    if (n % between > 0 || performance.now() - since < turn) continue;
    await setImmediate();
    signal?.throwIfAborted();
    since = performance.now();
  }
};

/** Does one thing after the other, whether or not those before went well. */
export const oneByOne = (): (<T>(act: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return act => {
    const mine = last.then(act);
    last = mine.catch(() => undefined);
    return mine;
  };
};
