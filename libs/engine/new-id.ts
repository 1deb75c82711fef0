import { getRandomValues } from 'node:crypto';
import { v7 } from 'uuid';
import type { NewId } from '../domain/event.ts';

const bytesOfOne = 16;

/** Generates UUIDs that go by time. Random bytes are taken for many at once, because asking for them costs the most. */
export const createNewId = (ahead = 256): NewId => {
  const pool = new Uint8Array(bytesOfOne * ahead);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      getRandomValues(pool);
      used = 0;
    }
    return v7({ random: pool.subarray(used, (used += bytesOfOne)) });
  };
};
