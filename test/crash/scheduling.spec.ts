import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { createProjector } from '../../libs/projecting/projector.ts';
import { testContext } from '../../libs/projecting/testing.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import { createScheduler } from '../../libs/scheduling/index.ts';
import { projections, reminders } from '../../projections/index.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';
import { plainBands } from '../support/plain-score.ts';

const program = new URL('scheduling-child.ts', import.meta.url).pathname;

/** What a round checks grows faster than its log, since each lead's history is folded again; so a log serves so many rounds. */
const roundsOfLog = 10;

describe('kill −9 in the middle of telling what is due', () => {
  const random = seeded(crashSeed);
  let folder = temporaryFolder();
  let toldByKilled = 0;

  afterAll(() => folder.remove());

  it.each(Array.from({ length: crashRounds }, (_, n) => n))(
    `tells each thing once, and all of it in the end: round %d, CRASH_SEED=${crashSeed}`,
    async round => {
      if (round > 0 && round % roundsOfLog === 0) {
        folder.remove();
        folder = temporaryFolder();
      }
      const children = [startChild(program, [folder.path, `${round % 500}`, `${crashSeed + round}`])];
      // Every third round two processes tell at once.
      if (round % 3 === 2)
        children.push(startChild(program, [folder.path, `${500 + (round % 500)}`, `${round}`]));
      await Promise.all(children.map(child => child.until(2 + Math.floor(random() * 40))));
      await pause(150 + random() * 250);
      await Promise.all(children.map(child => child.kill()));
      expect(children.map(child => child.errors()).join('')).toBe('');

      const events = openSqliteEventStore({ file: join(folder.path, 'events.db') });
      const reads = openSqliteReadStore({ dir: join(folder.path, 'read') });
      const context = testContext();
      const projecting = { events, reads, projections, context, clock: Date.now };
      const projector = createProjector(projecting);
      try {
        const before = (await events.readAll(0, 1_000_000)).filter(isTold);
        toldByKilled += before.length;
        projector.start();
        const scheduler = createScheduler({ ...projecting, reminders });
        while ((await scheduler.run()) > 0);
        await projector.rebuild('lead-score');
        expect(await scheduler.run()).toBe(0);

        const log = await events.readAll(0, 1_000_000);
        const leads = Map.groupBy(log, ({ metadata }) => metadata.leadId ?? '');
        for (const [lead, history] of leads) {
          const told = history.filter(({ type }) => type === 'ScoreBandChanged');
          const bands = told.map(({ data }) => data as { from: string | null; to: string });
          // Each one begins where the one before ended: nothing was told twice, and nothing is left out.
          expect([lead, bands.map(({ from }) => from)]).toEqual([
            lead,
            [null, ...bands.map(({ to }) => to)].slice(0, bands.length),
          ]);
          const inForce = plainBands(context.workspace.score, history, Date.now()).at(-1)?.band ?? 'cold';
          expect([lead, bands.at(-1)?.to ?? 'cold']).toEqual([lead, inForce]);
          const churned = history.filter(({ type }) => type === 'CustomerChurned');
          expect(new Set(churned.map(({ data }) => JSON.stringify(data))).size).toBe(churned.length);
        }
        expect(await projector.verify()).toEqual([]);
      } finally {
        await projector.stop();
        await reads.close();
        await events.close();
      }
    },
    60_000,
  );

  it('was killed after something had been told', () => {
    expect(toldByKilled).toBeGreaterThan(0);
  });
});

const isTold = ({ type }: RecordedEvent): boolean =>
  type === 'ScoreBandChanged' || type === 'CustomerChurned';
