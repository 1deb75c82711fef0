import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { checkIntegrity } from '../../libs/event-store/sqlite/index.ts';
import { logFile, openEngine, parseSettings } from '../../libs/engine/index.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';

const child = new URL('threads-child.ts', import.meta.url).pathname;

describe('kill −9 of a process whose threads commit and project', () => {
  const random = seeded(crashSeed);
  const folder = temporaryFolder();
  const settings = parseSettings({ LEADFOLD_SECRET: 'x'.repeat(32) }, { data: folder.path });
  let acknowledged = 0;
  let projected = 0;

  afterAll(() => folder.remove());

  it.each(Array.from({ length: crashRounds }, (_, n) => n))(
    `keeps what was acknowledged, and read models that equal its fold: round %d, CRASH_SEED=${crashSeed}`,
    async round => {
      const process_ = startChild(child, [folder.path, String(round)]);
      await process_.until(1 + Math.floor(random() * 400));
      await pause(random() * 60);
      await process_.kill();
      expect(process_.errors()).toBe('');
      const lines = process_.lines.flatMap(line => {
        const [, position, id] = /^(\d+) (\S{36})$/.exec(line) ?? [];
        return position === undefined ? [] : [{ position: Number(position), id }];
      });
      acknowledged += lines.length;

      expect(await checkIntegrity(logFile(settings))).toEqual([]);
      const engine = await openEngine(settings);
      try {
        const log = new Map(
          (await engine.events.readAll(0, 1_000_000)).map(event => [event.position, event.metadata.leadId]),
        );
        for (const { position, id } of lines) expect(log.get(position)).toBe(id);
        projected += Math.max(0, ...(await engine.projector.status()).map(({ position }) => position));
        await engine.projector.catchUp();
        expect(await engine.projector.verify()).toEqual([]);
      } finally {
        await engine.close();
      }
    },
    60_000,
  );

  it('was killed after something had been acknowledged and projected', () => {
    expect(acknowledged).toBeGreaterThan(crashRounds);
    expect(projected).toBeGreaterThan(0);
  });
});
