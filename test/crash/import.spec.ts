import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { contentOf, openWorkspace, type ImportWorkspace } from '../e2e/import-workspace.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';

const program = new URL('./import-child.ts', import.meta.url).pathname;
const people = Array.from({ length: 1_500 }, (_, n) => {
  const mail = n % 3 === 0 ? `m${n % 600}@example.com` : '';
  return `p${n},2026-01-0${(n % 9) + 1},${mail},,`;
});
const visits = Array.from({ length: 3_000 }, (_, n) => `p${n % 700},2026-03-01,/${n % 11}`);

describe('an import that is killed at random moments and run again', () => {
  let space: ImportWorkspace;
  let files: readonly string[];
  let expected: readonly string[];

  beforeAll(async () => {
    space = openWorkspace();
    files = [
      space.write('people.csv', ['id,since,email,phone,town', ...people, ''].join('\n')),
      space.zip('visits.csv.gz', ['person,at,page', ...visits, ''].join('\n')),
    ];
    await space.run(files);
    expected = contentOf(await space.log());
  });
  afterAll(() => space.dispose());

  it(
    'makes the log of one that was not',
    async () => {
      const random = seeded(crashSeed);
      let unfinished = 0;
      for (let round = 0; round < crashRounds; round++) {
        const log = join(space.path('.'), `crash-${round}.db`);
        const order = random() < 0.5 ? files : files.toReversed();
        for (let kills = random() < 0.3 ? 2 : 1; kills > 0; kills--) {
          const child = startChild(program, [log, ...order]);
          await child.until(1);
          await pause(random() * 250);
          await child.kill();
          if (!child.lines.some(line => line.startsWith('done'))) unfinished += 1;
        }
        const last = startChild(program, [log, ...files]);
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
    crashRounds * 20_000,
  );
});
