import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ReadStoreUnavailable } from '../../libs/read-store/errors.ts';
import { openMongoReadStore } from '../../libs/read-store/mongodb/index.ts';
import { crashSeed, seeded } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  startMongoLoad,
  startProxiedMongo,
  type MongoLoad,
  type ProxiedMongo,
} from '../support/mongo-faults.ts';
import { aGeneration, commitNext, leads } from '../support/reads.ts';
import type { ProxyMode } from '../support/tcp-proxy.ts';

const modes = ['hold', 'drop', 'refuse'] as const;
/** A minute takes its time: `LONG_FAULTS=1` has it in every way. */
const forMinutes = process.env['LONG_FAULTS'] === '1' ? modes : (['drop'] as const);
const faults = [
  ...[1, 10].flatMap(s => modes.map(mode => [mode, s] as const)),
  ...forMinutes.map(mode => [mode, 60] as const),
];

const random = seeded(crashSeed);
const somewhile = (): Promise<void> => pause(random() * 1_500);
const folder = temporaryFolder();
let mongo: ProxiedMongo;

beforeAll(async () => {
  mongo = await startProxiedMongo(folder.path);
}, 180_000);
afterAll(async () => {
  await mongo.stop();
  folder.remove();
});

describe(`projecting to MongoDB while it fails (seed ${crashSeed})`, () => {
  let under: MongoLoad;
  beforeEach(async () => {
    under = await startMongoLoad(mongo.url(`load-${randomUUID()}`));
  }, 60_000);
  afterEach(async () => {
    mongo.proxy.delay(0);
    mongo.proxy.set('pass');
    await mongo.server.restart();
    await under.close();
  }, 60_000);

  const tell = (what: string, recovered: readonly number[]): void => {
    const after = recovered.map(ms => Math.round(ms)).join(', ');
    process.stdout.write(
      `${what}: at ${under.position()}, ${under.looks.length} looks, ${under.refused()} refused, the longest ` +
        `${Math.round(under.longest())} ms, abreast of the log after ${after} ms\n`,
    );
  };

  it('goes on by itself when the server is killed with −9 again and again, and counts nothing twice', async () => {
    const recovered: number[] = [];
    for (let kill = 0; kill < 4; kill++) {
      await somewhile();
      await mongo.server.kill();
      await pause(random() * 1_500);
      await mongo.server.restart();
      recovered.push(await under.recovery());
    }
    await under.finish();
    expect(under.longest()).toBeLessThan(5_000);
    tell('killed 4 times', recovered);
  }, 300_000);

  it.each<readonly [ProxyMode, number]>(faults)(
    'goes on by itself when bytes are treated by %s for %d s, and counts nothing twice',
    async (mode, length) => {
      const recovered: number[] = [];
      for (let cut = 0; cut < (length === 1 ? 3 : 1); cut++) {
        await somewhile();
        mongo.proxy.set(mode);
        await pause(length * 1_000);
        // The log went on meanwhile.
        if (length > 1) expect((await under.head()) - under.position()).toBeGreaterThan(20);
        mongo.proxy.set('pass');
        recovered.push(await under.recovery());
      }
      await under.finish();
      expect(under.longest()).toBeLessThan(5_000);
      tell(`${mode} for ${length} s`, recovered);
    },
    300_000,
  );

  it('counts nothing twice when connections are reset all the time, and answers come late', async () => {
    mongo.proxy.delay(10);
    for (let reset = 0; reset < 15; reset++) {
      await somewhile();
      mongo.proxy.reset();
    }
    mongo.proxy.delay(0);
    const recovered = [await under.recovery()];
    await under.finish();
    tell('reset 15 times', recovered);
  }, 300_000);
});

describe('a call to MongoDB', () => {
  afterEach(() => mongo.proxy.set('pass'));

  it.each<readonly [ProxyMode, string, number]>([
    ['refuse', 'that can’t be reached', 4_000],
    ['drop', 'that has become silent', 25_000],
  ])(
    'is given up when the server is one (%s) %s: a question soon, a commit in the end; both work again after it',
    async (mode, _, longest) => {
      const reads = openMongoReadStore({ url: mongo.url(`calls-${randomUUID()}`), batchSize: 100 });
      const id = await reads.create(aGeneration());
      await commitNext(reads, id, { cells: [leads({ origin: 'web' })] });
      const { batch, position } = await reads.checkpoint(id);
      mongo.proxy.set(mode);
      const since = performance.now();
      const took = async (call: Promise<unknown>): Promise<number> => {
        await expect(call).rejects.toThrow(ReadStoreUnavailable);
        return performance.now() - since;
      };
      const commit = reads.commit(id, {
        follows: batch,
        position: position + 1,
        entities: [],
        cells: [leads({ origin: 'web' })],
        park: [],
        release: [],
      });
      const [question, committed] = await Promise.all([took(reads.checkpoint(id)), took(commit)]);
      expect(question).toBeLessThan(5_000);
      expect(committed).toBeLessThan(longest);
      mongo.proxy.set('pass');
      await expect(reads.checkpoint(id)).resolves.toEqual({ batch, position });
      await commitNext(reads, id, { cells: [leads({ origin: 'web' })] });
      const { value } = await reads.cells(id, { measures: ['leads'], by: [], where: {} });
      expect(value[0]?.sums).toEqual({ leads: 2 });
      await reads.close();
    },
    60_000,
  );
});
