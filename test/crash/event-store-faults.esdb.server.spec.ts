import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openEventStoreDb } from '../../libs/event-store/eventstoredb/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import { startEsdb, type RunningEsdb } from '../servers/esdb/start.ts';
import { crashSeed, seeded } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTcpProxy, type ProxyMode, type TcpProxy } from '../support/tcp-proxy.ts';
import { checkWhole } from './event-store-faults/check.ts';
import { startLoad, type Load } from './event-store-faults/load.ts';

/** Longest outage, s; `FAULT_SECONDS=60` makes it a minute. */
const seconds = Number(process.env.FAULT_SECONDS ?? 10);
/** A caller is answered within so long, ms. */
const bound = 5_000;

const random = seeded(crashSeed);
const folder = temporaryFolder();
let server: RunningEsdb;
let proxy: TcpProxy;
let stores: EventStore[];

beforeEach(async () => {
  server = await startEsdb({ dir: folder.path });
  proxy = await startTcpProxy({ target: { port: server.port } });
  // A store of its own for the reader, as another process has.
  stores = [0, 1].map(() => openEventStoreDb({ address: `esdb://127.0.0.1:${proxy.port}?tls=false` }));
});
afterEach(async () => {
  for (const store of stores) await store.close();
  await proxy.close();
  await server.stop();
});

const load = (): Promise<Load> => startLoad(stores[0]!, stores[1]!, 6, random);
const somewhile = (): Promise<void> => pause(300 + random() * 700);

/** Waits until appends are acknowledged again; gives how long that took, ms. */
const recovery = async ({ seen }: Load): Promise<number> => {
  const since = performance.now();
  while (seen.lastAck <= since) {
    if (performance.now() - since > 30_000) throw new Error(`no append is taken any more, seed ${crashSeed}`);
    await pause(20);
  }
  return seen.lastAck - since;
};

const tell = (what: string, { seen }: Load, recovered: readonly number[]): void => {
  const { acknowledged, delivered, refused, unknown, longest } = seen;
  process.stdout.write(
    `${what}: ${acknowledged.length} appends acknowledged, ${delivered.length} events read, ${refused} refused ` +
      `(${unknown} outcome unknown), longest answer ${Math.round(longest.answered)} ms, longest refusal ` +
      `${Math.round(longest.refused)} ms, going on after ${recovered.map(ms => Math.round(ms)).join(', ')} ms\n`,
  );
};

describe(`appends and reads while EventStoreDB fails (seed ${crashSeed})`, () => {
  it('lose nothing, double nothing and go on when the server is killed again and again', async () => {
    const under = await load();
    const recovered: number[] = [];
    for (let kill = 0; kill < 5; kill++) {
      await somewhile();
      await server.kill();
      await pause(random() * 1_500);
      await server.restart();
      recovered.push(await recovery(under));
    }
    await under.finish();
    checkWhole(under);
    expect(under.seen.longest.refused).toBeLessThan(bound);
    tell('killed 5 times', under, recovered);
  }, 120_000);

  it.each<[ProxyMode, number]>([
    ['hold', 1],
    ['drop', 1],
    ['refuse', 1],
    ['hold', seconds],
    ['drop', seconds],
    ['refuse', seconds],
  ])(
    'lose nothing and go on when bytes are treated by %s for %d s, at random moments',
    async (mode, length) => {
      const under = await load();
      const recovered: number[] = [];
      for (let cut = 0; cut < (length === 1 ? 3 : 1); cut++) {
        await somewhile();
        proxy.set(mode);
        await pause(length * 1_000);
        proxy.set('pass');
        recovered.push(await recovery(under));
      }
      await under.finish();
      checkWhole(under);
      expect(under.seen.longest.refused).toBeLessThan(bound);
      // An append that was under way when the silence began is one of which nobody knows.
      if (length * 1_000 > bound) expect(under.seen.unknown).toBeGreaterThan(0);
      tell(`${mode} for ${length} s`, under, recovered);
    },
    (seconds + 60) * 1_000,
  );

  it('lose nothing when connections are reset all the time, and answers come late', async () => {
    const under = await load();
    proxy.delay(20);
    for (let reset = 0; reset < 20; reset++) {
      await pause(random() * 400);
      proxy.reset();
    }
    proxy.delay(0);
    const recovered = [await recovery(under)];
    await under.finish();
    checkWhole(under);
    expect(under.seen.longest.refused).toBeLessThan(bound);
    tell('reset 20 times', under, recovered);
  }, 60_000);

  it('go on with a fresh client when the server hangs for long and its connections stay open', async () => {
    const under = await load();
    await somewhile();
    server.freeze(true);
    await pause(6_000);
    server.freeze(false);
    const recovered = [await recovery(under)];
    await under.finish();
    checkWhole(under);
    expect(under.seen.longest.refused).toBeLessThan(bound);
    expect(under.seen.unknown).toBeGreaterThan(0);
    tell('frozen for 6 s', under, recovered);
  }, 60_000);
});
