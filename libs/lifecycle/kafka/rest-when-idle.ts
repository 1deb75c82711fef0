import { createRequire } from 'node:module';

/** What of kafkajs's queue of requests is known here. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  readonly scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

let rests = false;

/**
 * kafkajs 2.2.4 looks for waiting requests a thousand times a second on each connection, also when there are none, by timers with a negative
 * time that Node warns of. It takes 3 % of a processor while nothing happens. From here on it looks only while something waits.
 */
export const restWhenIdle = (): void => {
  if (rests) return;
  rests = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/network/requestQueue') as { readonly prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  Object.defineProperty(prototype, 'scheduleCheckPendingRequests', {
    value: function (this: RequestQueue): void {
      if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
    },
  });
};
