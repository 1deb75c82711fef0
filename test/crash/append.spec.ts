import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../libs/domain/event.ts';
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

/** Where the log breaks a promise; none when it is as it must be. */
const faultsOf = (log: readonly RecordedEvent[], acknowledged: readonly Acknowledged[]): string[] => {
  const faults: string[] = [];
  const heads = new Map<string, number>();
  const seen = new Set<string>();
  for (const [n, { position, stream, revision, id }] of log.entries()) {
    if (position !== n + 1) faults.push(`position ${position} stands at ${n + 1}`);
    if (revision !== (heads.get(stream) ?? -1) + 1) faults.push(`${stream} has a hole before ${revision}`);
    if (seen.has(id)) faults.push(`${id} is there twice`);
    heads.set(stream, revision);
    seen.add(id);
  }
  for (const { stream, revision, position, ids } of acknowledged) {
    const found = log.slice(position - ids.length, position);
    const last = found.at(-1);
    if (found.map(event => event.id).join() !== ids.join())
      faults.push(`${ids.join()} is not at ${position}`);
    if (last?.stream !== stream || last.revision !== revision)
      faults.push(`${stream} ${revision} is not at ${position}`);
  }
  return faults;
};

describe('kill −9 in the middle of appends', () => {
  const random = seeded(crashSeed);
  const folder = temporaryFolder();
  const program = new URL('append-child.ts', import.meta.url).pathname;
  let acknowledged: Acknowledged[] = [];
  let total = 0;

  afterAll(() => folder.remove());

  it.each(Array.from({ length: crashRounds }, (_, n) => n))(
    `loses nothing acknowledged and leaves no hole: round %d, CRASH_SEED=${crashSeed}`,
    async round => {
      // Ten rounds go on over one log.
      const file = join(folder.path, `${Math.floor(round / 10)}.db`);
      if (round % 10 === 0) acknowledged = [];
      const children = [startChild(program, [file, '12', `${round}`])];
      // In every third round two processes write the same log.
      if (round % 3 === 2) children.push(startChild(program, [file, '4', `${round}b`]));
      await Promise.all(children.map(child => child.until(1 + Math.floor(random() * 40))));
      await pause(random() * 60);
      await Promise.all(children.map(child => child.kill()));
      for (const child of children) {
        expect(child.errors()).toBe('');
        acknowledged.push(...child.lines.flatMap(parse));
        total += child.lines.length;
      }

      const store = openSqliteEventStore({ file });
      const log = await store.readAll(0, 10_000_000);
      expect(faultsOf(log, acknowledged)).toEqual([]);
      await store.append('lead-0', [anEvent()], 'ANY');
      await store.close();
      expect(await checkIntegrity(file)).toEqual([]);
    },
  );

  it('was killed after something had been acknowledged', () => {
    expect(total).toBeGreaterThan(crashRounds);
  });
});
