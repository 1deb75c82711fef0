import { setTimeout } from 'node:timers/promises';
import { WrongExpectedRevision } from '../event-store/errors.ts';

/** Each conflict is another writer's progress, so this many in a row mean a stream under more load than it can take. */
const mostAttempts = 100;
const promptAttempts = 5;

const isConflict = (error: unknown): boolean => error instanceof WrongExpectedRevision;

/**
 * Does something again for as long as another writer is faster, up to 100 times. After the fifth it waits for a moment
 * of random length, so that writers who keep getting in each other's way fall out of step.
 *
 * @throws WrongExpectedRevision when the last attempt conflicts too
 */
export const retryingConflicts = async <T>(
  work: (attempt: number) => Promise<T>,
  again: (error: unknown) => boolean = isConflict,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!again(error) || attempt === mostAttempts) throw error;
      if (attempt > promptAttempts) await setTimeout(Math.random() * Math.min(attempt, 20));
    }
  }
};
