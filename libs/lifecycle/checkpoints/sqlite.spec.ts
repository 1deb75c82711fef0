import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { CheckpointStore } from '../port.ts';
import { openSqliteCheckpoints } from './sqlite.ts';

let folder: ReturnType<typeof temporaryFolder>;
let stores: CheckpointStore[];
let now: number;
beforeEach(() => {
  folder = temporaryFolder();
  now = 1_000;
  // Of two processes over one file.
  stores = [open(), open()];
});
afterEach(async () => {
  for (const store of stores) await store.close();
  folder.remove();
});

const open = (): CheckpointStore =>
  openSqliteCheckpoints({ file: join(folder.path, 'relay.sqlite'), clock: () => now });

const subscriber = fc.constantFrom('kafka', 'webhook-w1');
const owner = fc.constantFrom('ann', 'bob', 'cleo');
const step = fc.record({
  do: fc.constantFrom('save' as const, 'hold' as const, 'release' as const, 'wait' as const),
  process: fc.nat(1),
  subscriber,
  owner,
  position: fc.nat(30),
  ms: fc.integer({ min: 1, max: 50 }),
});

describe('checkpoints and leases in SQLite', () => {
  it('are what a plain table says, whichever process asks', async () => {
    let round = 0;
    const run = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      round++;
      const positions = new Map<string, number>();
      const leases = new Map<string, { readonly owner: string; readonly until: number }>();
      for (const one of steps) {
        const name = `${one.subscriber}-${round}`;
        const store = stores[one.process]!;
        const lease = leases.get(name);
        if (one.do === 'wait') now += one.ms;
        else if (one.do === 'save') {
          await store.save(name, one.position);
          positions.set(name, Math.max(one.position, positions.get(name) ?? 0));
        } else if (one.do === 'release') {
          await store.release(name, one.owner);
          if (lease?.owner === one.owner) leases.delete(name);
        } else {
          const free = lease === undefined || lease.owner === one.owner || lease.until <= now;
          expect(await store.hold(name, one.owner, one.ms)).toBe(free);
          if (free) leases.set(name, { owner: one.owner, until: now + one.ms });
        }
        for (const each of stores) expect(await each.load(name)).toBe(positions.get(name) ?? null);
      }
    });
    await fc.assert(run, { numRuns: 60 });
  });

  it('give nobody a lease that somebody prolongs in time, and give it to the next at the very instant it ends', async () => {
    const [here, there] = stores as [CheckpointStore, CheckpointStore];
    expect(await here.hold('kafka', 'ann', 10)).toBe(true);
    now += 9;
    expect(await there.hold('kafka', 'bob', 10)).toBe(false);
    expect(await here.hold('kafka', 'ann', 10)).toBe(true);
    now += 9;
    expect(await there.hold('kafka', 'bob', 10)).toBe(false);
    now += 1;
    expect(await there.hold('kafka', 'bob', 10)).toBe(true);
    expect(await here.hold('kafka', 'ann', 10)).toBe(false);
  });

  it('may shorten a lease by prolonging it for less', async () => {
    const [here, there] = stores as [CheckpointStore, CheckpointStore];
    await here.hold('kafka', 'ann', 1_000);
    await here.hold('kafka', 'ann', 5);
    now += 5;
    expect(await there.hold('kafka', 'bob', 5)).toBe(true);
  });

  it('keep the position in the file, and the lease too, for as long as it lasts', async () => {
    const [here] = stores as [CheckpointStore];
    await here.save('kafka', 41);
    await here.hold('kafka', 'ann', 10);
    await here.close();
    stores = [open(), stores[1]!];
    expect(await stores[0]!.load('kafka')).toBe(41);
    expect(await stores[0]!.hold('kafka', 'bob', 10)).toBe(false);
    now += 10;
    expect(await stores[0]!.hold('kafka', 'bob', 10)).toBe(true);
  });

  it('have the position 0 as one that was saved', async () => {
    const [here] = stores as [CheckpointStore];
    expect(await here.load('kafka')).toBeNull();
    await here.save('kafka', 0);
    expect(await here.load('kafka')).toBe(0);
  });
});
