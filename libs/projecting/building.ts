import { setTimeout } from 'node:timers/promises';
import { UnknownProjection } from '../read-store/errors.ts';
import type { Catalogue } from './catalogue.ts';
import type { Lane } from './lane.ts';
import { RebuildFailed, type Run } from './port.ts';
import type { Runner } from './runner.ts';
import { selfCheck } from './self-check.ts';
import type { Surroundings } from './surroundings.ts';

/** Brings new generations to their place. */
export interface Building {
  /**
   * Catches up to the log's end, checks, then makes it live or holds it. Another process may do the same at the same time.
   *
   * @throws RebuildFailed when the check finds a difference; the generation is dropped. The signal's reason; it stays
   */
  readonly finish: (lane: Lane, then: 'promote' | 'hold', run: Run) => Promise<void>;
}

const nothing = { entities: [], cells: [], park: [], release: [] } as const;
/** How often a sign of life is given while the check runs, ms. */
const breath = 2_000;
const pause = 20;

export const createBuilding = (around: Surroundings, catalogue: Catalogue, runner: Runner): Building => {
  const { reads, events, log } = around;

  const reachEnd = async (lane: Lane, { signal, onProgress }: Run): Promise<void> => {
    for (;;) {
      signal?.throwIfAborted();
      const { moved, atEnd } = await runner.round({
        only: each => each === lane,
        order: 'together',
        strict: true,
      });
      if (!catalogue.lanes().includes(lane)) throw new UnknownProjection(lane.generation);
      if (onProgress !== undefined) {
        const [position, head] = [lane.position(), await events.head()];
        onProgress({ name: lane.subject.name, position, head, rate: lane.meter.rate() ?? 0 });
      }
      if (atEnd.has(lane)) return;
      if (!moved) await setTimeout(pause);
    }
  };

  const check = async (lane: Lane, signal: AbortSignal | undefined): Promise<string | null> => {
    const breathing = setInterval(() => {
      runner.exclusively(() => lane.amend(nothing)).catch(() => lane.forget());
    }, breath);
    try {
      return await selfCheck(around, lane.subject, lane.generation, signal);
    } finally {
      clearInterval(breathing);
    }
  };

  const finish: Building['finish'] = async (lane, then, run) => {
    const { name, generation } = lane.generation;
    await reachEnd(lane, run);
    const wrong = await runner.paused(lane, () => check(lane, run.signal));
    if (wrong !== null) {
      catalogue.release(lane);
      await reads.drop(lane.generation);
      throw new RebuildFailed(`${name} generation ${generation} was dropped: ${wrong}`);
    }
    await reachEnd(lane, run);
    await runner.exclusively(async () => {
      if (then === 'promote') await reads.promote(lane.generation);
      else await reads.hold(lane.generation);
      catalogue.release(lane);
      await catalogue.sync();
    });
    log('info', then === 'promote' ? 'a new generation is live' : 'a new generation is held', {
      projection: name,
      generation,
    });
  };

  return {
    finish: async (lane, then, run) => {
      try {
        await finish(lane, then, run);
      } catch (error) {
        if (!(error instanceof UnknownProjection)) throw error;
        catalogue.release(lane);
        const { name, generation } = lane.generation;
        const listed = (await reads.generations(name)).find(each => each.generation === generation);
        // Another process that was building it too has finished it.
        if (listed?.status === 'live') return;
        throw new RebuildFailed(`${name} generation ${generation} was dropped by another process`);
      }
    },
  };
};
