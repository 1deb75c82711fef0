import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { createProjector } from '../../libs/projecting/projector.ts';
import { testContext } from '../../libs/projecting/testing.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import { projections } from '../../projections/index.ts';
import { liveOf, snapshot } from '../property/projecting.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';

const child = new URL('project-child.ts', import.meta.url).pathname;

describe('kill −9 in the middle of projecting', () => {
  const random = seeded(crashSeed);
  const folder = temporaryFolder();
  let acknowledged = 0;
  let midway = 0;

  afterAll(() => folder.remove());

  it.each(Array.from({ length: crashRounds }, (_, n) => n))(
    `leaves read models that equal the full fold: round %d, CRASH_SEED=${crashSeed}`,
    async round => {
      const children = [startChild(child, [folder.path, `${round % 1_000}`, `${crashSeed + round}`])];
      // Every third round two processes keep the same read models.
      if (round % 3 === 2)
        children.push(startChild(child, [folder.path, `${(round + 500) % 1_000}`, `${round}`]));
      await Promise.all(children.map(each => each.until(1 + Math.floor(random() * 60))));
      await pause(random() * 60);
      await Promise.all(children.map(each => each.kill()));

      const events = openSqliteEventStore({ file: join(folder.path, 'events.db') });
      const reads = openSqliteReadStore({ dir: join(folder.path, 'read') });
      const plain = openSqliteReadStore({ dir: join(folder.path, `plain-${round}`) });
      try {
        const log = new Map((await events.readAll(0, 1_000_000)).map(event => [event.position, event.id]));
        for (const each of children) {
          expect(each.errors()).toBe('');
          const lines = each.lines.flatMap(line => /^(\d+) (\S{36})$/.exec(line)?.slice(1) ?? []);
          for (let at = 0; at < lines.length; at += 2) expect(log.get(Number(lines[at]))).toBe(lines[at + 1]);
          acknowledged += lines.length / 2;
        }
        const projecting = { events, projections, context: testContext(), clock: Date.now };
        const projector = createProjector({ ...projecting, reads, batchSize: 7 });
        if ((await projector.status()).some(({ lag }) => lag > 0)) midway++;
        await projector.catchUp();
        expect(await projector.verify()).toEqual([]);
        await createProjector({ ...projecting, reads: plain, batchSize: 1_000_000 }).catchUp();
        for (const { name } of projections)
          expect(await snapshot(reads, await liveOf(reads, name))).toEqual(
            await snapshot(plain, await liveOf(plain, name)),
          );
      } finally {
        for (const store of [reads, plain]) await store.close();
        await events.close();
      }
    },
    60_000,
  );

  it('was killed in the middle of work', () => {
    expect(acknowledged).toBeGreaterThan(crashRounds);
    expect(midway).toBeGreaterThan(0);
  });
});
