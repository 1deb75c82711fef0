import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { header, line, till } from '../e2e/grouped-import.ts';
import { contentOf, openWorkspace, type ImportWorkspace } from '../e2e/import-workspace.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';

const program = new URL('./import-groups-child.ts', import.meta.url).pathname;
const rounds = Math.ceil(crashRounds / 4);

/** 12,000 lines of 4,000 receipts, each receipt's spread over the whole file. */
const rows = Array.from({ length: 12_000 }, (_, n) =>
  line(`r${n % 4_000}`, 'abc'[Math.floor(n / 4_000)]!, '1.5', { person: `p${n % 700}` }),
);

describe('an import of groups that is killed at random moments and run again', () => {
  let space: ImportWorkspace;
  let file: string;
  let expected: readonly string[];

  beforeAll(async () => {
    space = openWorkspace(till);
    file = space.zip('receipts.csv.gz', header + rows.join(''));
    await space.run([file]);
    expected = contentOf(await space.log());
  }, 60_000);
  afterAll(() => space.dispose());

  it(
    'makes the log of one that was not: no receipt in part, none twice',
    async () => {
      const random = seeded(crashSeed);
      let unfinished = 0;
      for (let round = 0; round < rounds; round++) {
        const log = join(space.path('.'), `crash-${round}.db`);
        // Three steps put rows aside; what is killed after the fourth is killed while groups are taken.
        for (const steps of [1 + Math.floor(random() * 3), 5]) {
          const child = startChild(program, [log, file]);
          await child.until(1 + steps);
          await pause(random() * 30);
          await child.kill();
          if (child.lines.some(said => said.startsWith('done'))) break;
          unfinished += 1;
        }
        const last = startChild(program, [log, file]);
        expect([await last.ended, last.errors()]).toEqual([0, '']);
        const store = openSqliteEventStore({ file: log });
        const found = contentOf(await store.readAll(0, 1_000_000));
        await store.close();
        expect({ seed: crashSeed, round, same: found.join() === expected.join() }).toEqual({
          seed: crashSeed,
          round,
          same: true,
        });
      }
      expect(unfinished).toBeGreaterThan(0);
    },
    rounds * 40_000,
  );
});
