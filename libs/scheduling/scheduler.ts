import { setTimeout } from 'node:timers/promises';
import { UnknownProjection } from '../read-store/errors.ts';
import { abreast, appendFacts, dueFacts } from './look.ts';
import type { Reminder } from '../projecting/reminder.ts';
import type { Scheduler, Scheduling } from './port.ts';

/** A look without being called, ms. */
const ownLook = 1_000;
/** Between two looks, however often the bell rings, ms. */
const breath = 50;
const longestPause = 10_000;

/**
 * Appends the facts that are due though nothing happens. It reads live generations only, and only once they have caught up with
 * the log, so a rebuild or a first catch-up makes none. Any number of processes may do so at once.
 *
 * @example
 * const scheduler = createScheduler({ events, reads, reminders, context, clock: Date.now });
 * scheduler.start();
 */
export const createScheduler = (scheduling: Scheduling): Scheduler => {
  const { events, reminders, log = () => undefined } = scheduling;
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  /** Everything that is due for one reminder. */
  const remind = async (reminder: Reminder, signal?: AbortSignal): Promise<number> => {
    const { name } = reminder.projection;
    let position = await events.head();
    let taken = 0;
    for (;;) {
      const live = await abreast(scheduling, reminder, position, signal);
      if (live === null || signal?.aborted === true) break;
      const facts = await dueFacts(scheduling, reminder, live);
      if (facts.length === 0) break;
      const appended = await appendFacts(scheduling, facts);
      taken += appended.taken;
      position = appended.position;
      // Nothing new: another process was faster; the next look comes soon enough.
      if (appended.taken === 0) break;
      log('info', 'what was due is in the log', { projection: name, facts: appended.taken });
    }
    return taken;
  };

  const run = async (signal?: AbortSignal): Promise<number> => {
    let taken = 0;
    for (const reminder of reminders) {
      try {
        taken += await remind(reminder, signal);
      } catch (error) {
        // The generation was replaced in between.
        if (!(error instanceof UnknownProjection)) throw error;
      }
    }
    return taken;
  };

  const follow = async (signal: AbortSignal): Promise<void> => {
    let rang = false;
    let wake = (): void => undefined;
    const unsubscribe = events.onAppended(() => {
      rang = true;
      wake();
    });
    const rest = async (ms: number): Promise<void> => {
      const timer = new AbortController();
      wake = () => timer.abort();
      if (signal.aborted) return;
      signal.addEventListener('abort', wake);
      await setTimeout(breath, undefined, { signal }).catch(() => undefined);
      if (!rang) await setTimeout(ms, undefined, { signal: timer.signal }).catch(() => undefined);
      signal.removeEventListener('abort', wake);
    };
    let failures = 0;
    while (!signal.aborted) {
      rang = false;
      try {
        await run(signal);
        failures = 0;
      } catch (error) {
        failures++;
        log('error', 'the log or a read model is away; trying again', {
          error: error instanceof Error ? error.name : typeof error,
        });
      }
      await rest(failures === 0 ? ownLook : Math.min(longestPause, 100 * 2 ** failures));
    }
    unsubscribe();
  };

  return {
    run,
    start: () => {
      if (running !== undefined) return;
      const stop = new AbortController();
      running = { stop, ended: follow(stop.signal) };
    },
    stop: async () => {
      const { stop, ended } = running ?? {};
      running = undefined;
      stop?.abort();
      await ended;
    },
  };
};
