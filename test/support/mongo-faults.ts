import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Projector } from '../../libs/projecting/port.ts';
import { ReadStoreUnavailable } from '../../libs/read-store/errors.ts';
import { openMongoReadStore } from '../../libs/read-store/mongodb/index.ts';
import type { ReadStore } from '../../libs/read-store/port.ts';
import { liveOf, snapshot } from '../property/projecting.ts';
import { startFerretdb, type FerretdbServer } from '../servers/ferretdb/start.ts';
import { openSite, type Site } from './projecting.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A server behind a proxy. */
export interface ProxiedMongo {
  readonly server: FerretdbServer;
  readonly proxy: TcpProxy;
  /** A database on it, by way of the proxy. */
  readonly url: (database: string) => string;
  stop(): Promise<void>;
}

export const startProxiedMongo = async (dir: string): Promise<ProxiedMongo> => {
  const server = await startFerretdb({ dir: join(dir, 'server') });
  const proxy = await startTcpProxy({ target: { port: server.port } });
  return {
    server,
    proxy,
    url: database => `mongodb://127.0.0.1:${proxy.port}/${database}`,
    stop: async () => {
      await proxy.close();
      await server.stop();
    },
  };
};

/** What a reader was told. */
interface Look {
  readonly position: number;
  readonly views: number;
}

/** Somebody who appends, a projector that follows, and a reader that looks, all the time. */
export interface MongoLoad {
  readonly looks: readonly Look[];
  /** How far the read model is, as the reader saw it last. */
  readonly position: () => number;
  readonly head: () => Promise<number>;
  /** The longest that the reader waited for an answer or a refusal, ms. */
  readonly longest: () => number;
  /** Looks that were refused. */
  readonly refused: () => number;
  /** Waits until the read model is where the log is now. Nobody calls for it. */
  readonly recovery: () => Promise<number>;
  /** Ends the writer, waits for the read model, and compares all with one fold into an embedded store. */
  readonly finish: () => Promise<void>;
  close(): Promise<void>;
}

const leads = 17;

/** Every so many views one can't be folded: it is parked, and not counted. */
const odd = 41;

const view = (n: number): readonly [lead: string, url: string] =>
  n % odd === 0 ? [`odd-${n}`, 'poison'] : [`l${n % leads}`, `/${n}`];

export const startMongoLoad = async (url: string): Promise<MongoLoad> => {
  const site: Site = openSite();
  const open = (): ReadStore => openMongoReadStore({ url, batchSize: 100 });
  const [reads, others] = [open(), open()];
  const following: Projector = site.projector({ reads, batchSize: 20 });
  const looks: Look[] = [];
  /** Views that count, by the position up to which. */
  const counted = [0];
  const stop = new AbortController();
  let [longest, refused] = [0, 0];
  /** What the reader was told last instead of an answer. */
  let refusal: unknown = null;

  const write = async (): Promise<void> => {
    for (let n = 1; !stop.signal.aborted; n++) {
      counted.push((counted.at(-1) ?? 0) + (n % odd === 0 ? 0 : 1));
      await site.see(view(n));
      await pause(25);
    }
  };

  const look = async (): Promise<void> => {
    const since = performance.now();
    try {
      const live = (await others.generations('pages')).find(({ status }) => status === 'live');
      if (live === undefined) return;
      const { position, value } = await others.cells(live, { measures: ['views'], by: [], where: {} });
      looks.push({ position, views: value[0]?.sums['views'] ?? 0 });
    } catch (error) {
      if (!(error instanceof ReadStoreUnavailable)) throw error;
      refused++;
      refusal = error;
    } finally {
      longest = Math.max(longest, performance.now() - since);
    }
  };

  const read = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await look();
      await pause(20);
    }
  };

  const position = (): number => looks.at(-1)?.position ?? 0;
  const recovery = async (): Promise<number> => {
    const since = performance.now();
    const wanted = await site.events.head();
    while (position() < wanted) {
      if (performance.now() - since > 120_000)
        throw new Error(`at ${position()}, and not at ${wanted}`, { cause: refusal });
      // Should the writer or the reader fail, it says so here.
      await Promise.race([work, pause(20)]);
    }
    return performance.now() - since;
  };

  following.start();
  const work = Promise.all([write(), read()]);
  await recovery();
  return {
    looks,
    position,
    recovery,
    head: () => site.events.head(),
    longest: () => longest,
    refused: () => refused,
    finish: async () => {
      await recovery();
      stop.abort();
      await work;
      await following.waitFor('pages', await site.events.head(), 60_000);
      for (const each of looks) expect(each).toEqual({ ...each, views: views(counted, each.position) });
      await site.projector().catchUp();
      const expected = await snapshot(site.reads, await liveOf(site.reads, 'pages'));
      expect(await snapshot(others, await liveOf(others, 'pages'))).toEqual(expected);
      expect(await following.verify()).toEqual([]);
    },
    close: async () => {
      stop.abort();
      await work;
      await following.stop();
      for (const store of [reads, others]) await store.close();
      await site.close();
    },
  };
};

const views = (counted: readonly number[], position: number): number => counted[position] ?? -1;
