import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkIntegrity, openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';
import { anEvent } from '../support/events.ts';
import { temporaryFolder } from '../support/folder.ts';

interface Acknowledged {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly ids: readonly string[];
}

/** A line that was cut off by the kill was never a whole acknowledgement. */
const parse = (line: string): Acknowledged[] => {
  const match = /^(\S+) (\d+) (\d+) ([0-9a-f,-]+)$/.exec(line);
  if (match === null) return [];
  const ids = match[4]!.split(',');
  return [{ stream: match[1]!, revision: Number(match[2]), position: Number(match[3]), ids }].filter(() =>
    ids.every(id => id.length === 36),
  );
};

describe('kill −9 in the middle of appends', () => {
  const random = seeded(crashSeed);
  const folder = temporaryFolder();
  const file = join(folder.path, 'events.db');
  const acknowledged: Acknowledged[] = [];

  beforeAll(() => openSqliteEventStore({ file }).close());
  afterAll(() => folder.remove());

  it.each(Array.from({ length: crashRounds }, (_, n) => n))(
    `loses nothing acknowledged and leaves no hole: round %d, CRASH_SEED=${crashSeed}`,
    async round => {
      const children = [
        startChild(new URL('append-child.ts', import.meta.url).pathname, [file, '12', `${round}`]),
      ];
      // Every third round two processes write the same log.
      if (round % 3 === 2)
        children.push(
          startChild(new URL('append-child.ts', import.meta.url).pathname, [file, '4', `${round}b`]),
        );
      await Promise.all(children.map(child => child.until(1 + Math.floor(random() * 40))));
      await pause(random() * 60);
      await Promise.all(children.map(child => child.kill()));
      for (const child of children) {
        expect(child.errors()).toBe('');
        acknowledged.push(...child.lines.flatMap(parse));
      }

      const store = openSqliteEventStore({ file });
      const log = await store.readAll(0, 10_000_000);
      expect(log.map(event => event.position)).toEqual(log.map((_, n) => n + 1));
      const heads = new Map<string, number>();
      for (const event of log) {
        expect(event.revision).toBe((heads.get(event.stream) ?? -1) + 1);
        heads.set(event.stream, event.revision);
      }
      expect(new Set(log.map(event => `${event.stream} ${event.id}`)).size).toBe(log.length);
      for (const { stream, revision, position, ids } of acknowledged) {
        const found = log.slice(position - ids.length, position);
        expect(found.map(event => event.id)).toEqual(ids);
        expect(found.at(-1)).toMatchObject({ stream, revision });
      }
      await store.append('lead-0', [anEvent()], 'STREAM_EXISTS');
      await store.close();
      expect(await checkIntegrity(file)).toEqual([]);
    },
  );

  it('was killed after something had been acknowledged', () => {
    expect(acknowledged.length).toBeGreaterThan(crashRounds);
  });
});
