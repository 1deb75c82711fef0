import { setImmediate, setTimeout } from 'node:timers/promises';
import { CheckpointConflict, UnknownProjection } from '../read-store/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { FoldAgain, type Lane } from './lane.ts';
import type { Skip } from './skips.ts';
import type { Surroundings } from './surroundings.ts';

/** What a round of reading and folding did. */
export interface Round {
  /** Whether any generation got further. */
  readonly moved: boolean;
  /** The generations that have seen the log's end. */
  readonly atEnd: ReadonlySet<Lane>;
}

export interface RoundOptions {
  readonly only?: (lane: Lane) => boolean;
  /** `fresh`: the generation that is farthest gets a batch, and the one that is farthest behind; `together`: only the latter, until all meet. */
  readonly order: 'fresh' | 'together';
  /** Errors of stores are thrown; otherwise they are logged, and the generation waits a while. */
  readonly strict: boolean;
}

export interface Runner {
  /** Runs alone: no round is under way meanwhile in this process. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Reads a batch of the log once for all generations at the same place, folds it and commits it. */
  readonly round: (options: RoundOptions) => Promise<Round>;
  /** Keeps a generation where it is while the work runs. */
  readonly paused: <T>(lane: Lane, work: () => Promise<T>) => Promise<T>;
  /** Resolves when a generation has got further, or after that many ms. */
  readonly moved: (within: number) => Promise<void>;
}

/** After a lane is told of a decision to leave an event out. */
export type OnSkip = (lane: Lane, eventId: string) => Promise<void>;

const shortest = 20;
const longest = 5_000;

export const createRunner = (around: Surroundings, catalogue: Catalogue, onSkip: OnSkip): Runner => {
  const { log, read } = around;
  const pausing = new Map<Lane, number>();
  const waiting = new Map<Lane, { readonly until: number; readonly times: number }>();
  const movers = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();

  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const postpone = (lane: Lane): void => {
    const times = (waiting.get(lane)?.times ?? 0) + 1;
    const delay = Math.min(longest, shortest * 2 ** times) * (0.5 + Math.random());
    waiting.set(lane, { until: performance.now() + delay, times });
  };

  /** Answers whether the work was done. */
  const attempt = async (lane: Lane, strict: boolean, work: () => Promise<void>): Promise<boolean> => {
    const { name, generation } = lane.generation;
    try {
      await work();
      waiting.delete(lane);
      return true;
    } catch (error) {
      if (error instanceof UnknownProjection) catalogue.release(lane);
      else if (error instanceof CheckpointConflict) postpone(lane);
      else if (error instanceof FoldAgain) lane.forget();
      else if (strict) throw error;
      else {
        postpone(lane);
        log('error', 'a read model could not be written; trying again', {
          projection: name,
          generation,
          error: error instanceof Error ? error.name : typeof error,
        });
      }
      return false;
    }
  };

  /** Lets a server that shares the process answer: requests that came in, and those whose appends are durable. */
  const breathe = async (): Promise<void> => {
    if (around.pace.serving) await setImmediate();
  };

  const ready = async ({ only, strict }: RoundOptions): Promise<readonly Lane[]> => {
    const lanes: Lane[] = [];
    for (const lane of catalogue.lanes()) {
      if (pausing.has(lane) || (only !== undefined && !only(lane))) continue;
      if ((waiting.get(lane)?.until ?? 0) > performance.now()) continue;
      if (await attempt(lane, strict, lane.load)) lanes.push(lane);
    }
    return lanes;
  };

  /** While nobody is served, generations commit one after the other: all their changes at once would take much memory. */
  const commitInTurn = async (lanes: readonly Lane[], pages: number, strict: boolean): Promise<void> => {
    const most = around.pagesAtOnce();
    for (const [at, lane] of lanes.entries())
      if ((pages + Math.floor((at * most) / lanes.length)) % most === 0)
        await attempt(lane, strict, lane.commit);
  };

  /** Has all commits begun before any is waited for: while one is written, the next gets ready. Answers the lanes that go on. */
  const beginCommits = async (lanes: readonly Lane[], strict: boolean): Promise<readonly Lane[]> => {
    if (around.pace.serving) return lanes;
    const begun = await Promise.allSettled(lanes.map(lane => attempt(lane, strict, lane.commit)));
    for (const one of begun) if (one.status === 'rejected') throw one.reason;
    return lanes.filter((_, at) => begun[at]?.status === 'fulfilled' && begun[at].value);
  };

  /** Reads pages for generations that are at the same place, and commits them. Answers whether there were any. */
  const advance = async (
    lanes: readonly Lane[],
    from: number,
    upTo: number | undefined,
    strict: boolean,
  ): Promise<{ readonly found: boolean; readonly moved: boolean }> => {
    const skips: Skip[] = [];
    let going = lanes;
    let more = false;
    try {
      let [page, pages] = [await read(from, upTo), 1];
      if (page.count === 0) return { found: false, moved: false };
      for (;;) {
        skips.push(...page.skips);
        const taken: Lane[] = [];
        for (const lane of going) {
          const taking = page;
          if (await attempt(lane, strict, () => lane.take(taking))) taken.push(lane);
          else lane.forget();
          await breathe();
        }
        going = taken;
        more = page.full;
        // More pages are read and folded during the commits.
        if (more && !around.pace.serving && skips.length === 0) await commitInTurn(going, pages, strict);
        if (!more || pages++ >= around.pagesAtOnce()) break;
        await setImmediate();
        page = await read(page.end, upTo);
        if (page.count === 0) break;
      }
    } catch (error) {
      for (const lane of lanes) lane.forget();
      throw error;
    }
    if (more && !around.pace.serving && skips.length === 0) return { found: true, moved: going.length > 0 };
    let moved = false;
    for (const lane of await beginCommits(going, strict)) {
      const done = await attempt(lane, strict, async () => {
        await lane.finish();
        for (const { name, eventId } of skips)
          if (name === lane.subject.name && !lane.leftOut(eventId)) await onSkip(lane, eventId);
      });
      moved ||= done;
      await breathe();
    }
    return { found: true, moved };
  };

  /** Once very many entities were met, what is remembered of them is forgotten, so that it doesn't grow for ever. */
  const makeRoom = async (): Promise<void> => {
    if (!around.numbers.isFull()) return;
    around.renumber();
    for (const lane of catalogue.lanes()) {
      // What can't be committed is folded again.
      await lane.finish().catch(() => undefined);
      lane.forget();
    }
  };

  const round = async (options: RoundOptions): Promise<Round> => {
    await makeRoom();
    const lanes = await ready(options);
    const atEnd = new Set<Lane>();
    const places = [...new Set(lanes.map(lane => lane.reached()))].sort((a, b) => a - b);
    let moved = false;
    const chosen = options.order === 'fresh' ? new Set([places.at(-1), places[0]]) : new Set([places[0]]);
    for (const place of chosen) {
      if (place === undefined) continue;
      const next = places[places.indexOf(place) + 1];
      const group = lanes.filter(lane => lane.reached() === place);
      const advanced = await advance(group, place, next, options.strict);
      if (!advanced.found)
        for (const lane of await beginCommits(group, options.strict)) {
          const isSettled = await attempt(lane, options.strict, lane.finish);
          if (isSettled && lane.position() === place) atEnd.add(lane);
        }
      moved ||= advanced.moved;
    }
    if (moved) {
      for (const tell of [...movers]) tell();
      await setImmediate();
    }
    return { moved, atEnd };
  };

  return {
    exclusively,
    round: options => exclusively(() => round(options)),
    paused: async (lane, work) => {
      await exclusively(async () => {
        pausing.set(lane, (pausing.get(lane) ?? 0) + 1);
        await lane.finish().catch(() => lane.forget());
      });
      try {
        return await work();
      } finally {
        const left = (pausing.get(lane) ?? 1) - 1;
        if (left > 0) pausing.set(lane, left);
        else pausing.delete(lane);
      }
    },
    moved: async within => {
      const waited = new AbortController();
      const moving = new Promise<void>(resolve => {
        const tell = (): void => {
          movers.delete(tell);
          resolve();
        };
        movers.add(tell);
        waited.signal.addEventListener('abort', tell);
      });
      const timer = setTimeout(within, undefined, { signal: waited.signal }).catch(() => undefined);
      await Promise.race([moving, timer]);
      waited.abort();
    },
  };
};
