import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts one more request of a key: null when it may pass, else the seconds to wait, 1 or more. */
export type RateLimit = (key: string) => Promise<number | null>;

/**
 * Lets each key have so many requests in a second, counted in this process alone.
 *
 * @param perSecond 0 for any number
 */
export const rateLimit = (perSecond: number): RateLimit => {
  if (perSecond === 0) return () => Promise.resolve(null);
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  return async key => {
    try {
      await limiter.consume(key);
      return null;
    } catch (error) {
      // What the library throws is its answer, not an error.
      if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw error;
    }
  };
};
