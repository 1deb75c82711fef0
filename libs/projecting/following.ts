import { setTimeout } from 'node:timers/promises';
import { createBell } from '../event-store/bell.ts';
import type { Building } from './building.ts';
import type { Catalogue } from './catalogue.ts';
import { restAfter, type Gathering } from './gathering.ts';
import type { Lane } from './lane.ts';
import type { Projector, Run } from './port.ts';
import type { Runner } from './runner.ts';
import type { Surroundings } from './surroundings.ts';

type Following = Pick<Projector, 'start' | 'stop' | 'catchUp'>;

/** A look at log and catalogue without being called, ms. */
const ownLook = 1_000;
const pause = 20;
const longestPause = 5_000;

/** Follows the log: all the time, or once to its end. */
export const createFollowing = (
  around: Surroundings,
  catalogue: Catalogue,
  runner: Runner,
  building: Building,
  gathering: Gathering,
  prepare: () => Promise<void>,
): Following => {
  const { events, log } = around;
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  const finish = async (lane: Lane, run: Run): Promise<void> => {
    try {
      await building.finish(lane, 'promote', run);
    } catch (error) {
      if (run.signal?.aborted !== true) catalogue.giveUp(lane.subject);
      throw error;
    }
  };

  /** Where the generation is that is farthest behind. */
  const rear = (): number => Math.min(...catalogue.lanes().map(lane => lane.position()));

  /** Whether less is left than a batch like the last one. */
  const nearEnd = async (from: number): Promise<boolean> => (await events.head()) - rear() < rear() - from;

  const follow = async (signal: AbortSignal): Promise<void> => {
    const finishing = new Map<Lane, Promise<void>>();
    const bell = createBell();
    const unsubscribe = events.onAppended(bell.ring);
    // Another thread's append may not have rung yet when somebody waits for it.
    const unhear = gathering.onWaiting(bell.ring);
    const stopRinging = (): void => bell.ring();
    signal.addEventListener('abort', stopRinging);
    let looked = -Infinity;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await prepare();
        if (performance.now() - looked >= ownLook) {
          await runner.exclusively(catalogue.sync);
          looked = performance.now();
        }
        bell.hush();
        const before = catalogue.lanes().length;
        const from = rear();
        const began = performance.now();
        const { moved, atEnd } = await runner.round({ order: 'fresh', strict: false });
        for (const lane of atEnd) {
          if (lane.purpose !== 'build' || finishing.has(lane)) continue;
          const finished = finish(lane, { signal })
            .catch((error: unknown) => {
              if (!signal.aborted)
                log('error', 'a rebuild failed', { projection: lane.subject.name, error: nameOf(error) });
            })
            .finally(() => finishing.delete(lane));
          finishing.set(lane, finished);
        }
        failures = 0;
        // One was dropped or swapped by another process.
        if (catalogue.lanes().length < before) looked = -Infinity;
        else if (!moved) await bell.rung(ownLook);
        else if (await nearEnd(from)) await gathering.rest(restAfter(performance.now() - began), signal);
      } catch (error) {
        log('error', 'the log or a read model is away; trying again', { error: nameOf(error) });
        // Whatever rings: a store that refuses at once would be asked again and again, and nothing else be done.
        const rest = Math.min(longestPause, 100 * 2 ** failures++);
        await setTimeout(rest, undefined, { signal }).catch(() => undefined);
      }
    }
    unsubscribe();
    unhear();
    signal.removeEventListener('abort', stopRinging);
    await Promise.all(finishing.values());
  };

  const catchUp = async (run: Run): Promise<void> => {
    const { signal, onProgress } = run;
    await prepare();
    const target = await events.head();
    let looked = -Infinity;
    for (;;) {
      signal?.throwIfAborted();
      if (performance.now() - looked >= ownLook) {
        await runner.exclusively(catalogue.sync);
        looked = performance.now();
      }
      const { moved, atEnd } = await runner.round({ order: 'together', strict: true });
      const lanes = catalogue.lanes().filter(({ purpose }) => purpose !== 'rebuild');
      for (const lane of lanes)
        onProgress?.({
          name: lane.subject.name,
          position: lane.position(),
          head: target,
          rate: lane.meter.rate() ?? 0,
        });
      const there = lanes.every(lane => lane.position() >= target || atEnd.has(lane));
      if (there) {
        const built = lanes.filter(({ purpose }) => purpose === 'build');
        for (const lane of built) await finish(lane, run);
        if (built.length === 0 && catalogue.settled()) return;
        if (built.length > 0) looked = -Infinity;
      }
      if (!moved) await setTimeout(pause);
    }
  };

  return {
    start: () => {
      if (running !== undefined) return;
      around.pace.serving = true;
      const stop = new AbortController();
      running = { stop, ended: follow(stop.signal) };
    },
    stop: async () => {
      const { stop, ended } = running ?? {};
      running = undefined;
      around.pace.serving = false;
      stop?.abort();
      await ended;
    },
    catchUp: (run = {}) => catchUp(run),
  };
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
