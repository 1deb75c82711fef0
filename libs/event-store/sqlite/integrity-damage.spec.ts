import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { checkIntegrity } from './integrity.ts';
import { openLog } from './schema.ts';
import { into } from './write.ts';

/** A row as it matters to a check. */
interface Row {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: number;
  readonly data: string;
}

/** What a plain look at the rows, in log order, finds wrong. */
const faultsOf = (rows: readonly Row[]): readonly string[] => {
  const log = rows.toSorted((a, b) => a.position - b.position);
  const inLog = log.flatMap((row, n) => {
    const before = log[n - 1];
    const wanted = (before?.position ?? 0) + 1;
    return [
      ...(row.position === wanted ? [] : [`position ${wanted} is missing: the next one is ${row.position}`]),
      ...(before !== undefined && row.recordedAt < before.recordedAt
        ? [`position ${row.position} was recorded before position ${before.position}`]
        : []),
      ...(row.data === '{}'
        ? []
        : [`position ${row.position} (A id-${row.position}) can't be read: its data is no JSON object`]),
    ];
  });
  const streams = [...new Set(rows.map(({ stream }) => stream))].sort();
  const inStreams = streams.flatMap(stream => {
    const own = rows.filter(row => row.stream === stream).sort((a, b) => a.revision - b.revision);
    return own.flatMap(({ revision, position }, n) => {
      const before = own[n - 1];
      const wanted = (before?.revision ?? -1) + 1;
      return [
        ...(revision === wanted
          ? []
          : [`stream ${stream} has no revision ${wanted}: the next one is ${revision}`]),
        ...(before !== undefined && position < before.position
          ? [`stream ${stream} has revision ${revision} at position ${position}, before an earlier revision`]
          : []),
      ];
    });
  });
  return [...inLog, ...inStreams];
};

describe('checking a log that is damaged in any way', () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'log.db');
  let db: Database.Database;
  beforeAll(() => {
    db = openLog(file);
  });
  afterAll(() => {
    db.close();
    folder.remove();
  });

  const hold = (rows: readonly Row[]): void => {
    const insert = db.prepare(into);
    db.transaction(() => {
      db.exec('DELETE FROM events');
      for (const { position, stream, revision, recordedAt, data } of rows)
        insert.run(
          position,
          stream,
          revision,
          `id-${position}`,
          'A',
          1,
          0,
          recordedAt,
          null,
          data,
          null,
          '{}',
        );
    })();
  };

  const log = fc
    .array(
      fc.record({
        gap: fc.constantFrom(1, 1, 1, 1, 2, 5),
        stream: fc.constantFrom('lead-1', 'lead-10', 'deal-1'),
        revision: fc.nat({ max: 9 }),
        later: fc.constantFrom(0, 0, 1, 3, -2),
        data: fc.constantFrom('{}', '{}', '{}', '{"half', '[]', ''),
      }),
      { maxLength: 20 },
    )
    .map(steps => {
      let [position, recordedAt] = [0, 100];
      const taken = new Set<string>();
      return steps.flatMap(({ gap, stream, revision, later, data }): Row[] => {
        // The engine itself refuses a revision that is there.
        if (taken.has(`${stream} ${revision}`)) return [];
        taken.add(`${stream} ${revision}`);
        return [{ position: (position += gap), stream, revision, recordedAt: (recordedAt += later), data }];
      });
    });

  it('finds what a plain look at all rows finds, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(log, async rows => {
        hold(rows);
        expect(await checkIntegrity(file)).toEqual(faultsOf(rows));
      }),
      { numRuns: 60 },
    );
  });

  it('finds them beyond the first page too, and across its edge', async () => {
    const whole = Array.from({ length: 11_000 }, (_, n): Row => ({
      ...{ position: n + 1, stream: 'lead-1', revision: n, recordedAt: n, data: '{}' },
    }));
    hold(whole);
    expect(await checkIntegrity(file)).toEqual([]);
    const holes = whole.filter(({ position }) => position !== 5_000 && position !== 10_001);
    hold(holes);
    expect(await checkIntegrity(file)).toEqual(faultsOf(holes));
    expect(faultsOf(holes)).toHaveLength(4);
  });

  it('says as many as are wanted, the first ones', async () => {
    const rows = Array.from({ length: 30 }, (_, n): Row => ({
      ...{ position: n * 2 + 1, stream: 'lead-1', revision: n, recordedAt: 0, data: '{}' },
    }));
    hold(rows);
    expect(await checkIntegrity(file, { most: 5 })).toEqual(faultsOf(rows).slice(0, 5));
  });
});
