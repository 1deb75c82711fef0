import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailable } from '../errors.ts';
import { sqliteCode } from './schema.ts';

export { turn };

/** How long a read waits while another process recovers the file, ms. */
const wait = 5_000;

/**
 * Runs a read, again where the file is busy, without holding up the event loop.
 *
 * @throws StoreUnavailable when the store is closed, the file stays busy or can't be read
 */
export const patiently = async <T>(isOpen: () => boolean, work: () => T): Promise<T> => {
  for (let waited = 0; ; waited += 5) {
    if (!isOpen()) throw new StoreUnavailable('the event store is closed');
    try {
      return work();
    } catch (error) {
      const code = sqliteCode(error);
      if (code === null) throw error;
      if (!code.startsWith('SQLITE_BUSY') || waited > wait)
        throw new StoreUnavailable(`the log can't be read: ${String(error)}`, false, error);
    }
    await pause(5);
  }
};
