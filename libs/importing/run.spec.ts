import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentOf, openWorkspace, type ImportWorkspace } from '../../test/e2e/import-workspace.ts';

/** A row of a few that there are, so that many are the same. */
const visit = fc.tuple(fc.nat(2), fc.nat(1)).map(([person, page]) => `p${person},2026-01-05,/${page}`);
const file = fc.array(visit, { maxLength: 8 });
const files = fc.array(file, { minLength: 1, maxLength: 3 });

const countsOf = (rows: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
};

/** The model: each row stands in the log as often as the file that has it most often. */
const mostOf = (all: readonly (readonly string[])[]): ReadonlyMap<string, number> => {
  const most = new Map<string, number>();
  for (const rows of all)
    for (const [row, count] of countsOf(rows)) most.set(row, Math.max(most.get(row) ?? 0, count));
  return most;
};
const total = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/** The rows that the log's events came from. */
const rowsIn = async (space: ImportWorkspace): Promise<ReadonlyMap<string, number>> =>
  countsOf(
    (await space.log()).map(({ stream, data }) => {
      const { url } = data as { readonly url: string };
      return `${stream.replace('lead-', '')},2026-01-05,${url}`;
    }),
  );

/** A table in one of many dresses: columns turned, everything quoted, Windows line ends, packed. */
interface Dress {
  readonly turned: boolean;
  readonly quoted: boolean;
  readonly windows: boolean;
  readonly packed: boolean;
}
const dress: fc.Arbitrary<Dress> = fc.record({
  turned: fc.boolean(),
  quoted: fc.boolean(),
  windows: fc.boolean(),
  packed: fc.boolean(),
});
const plainly: Dress = { turned: false, quoted: false, windows: false, packed: false };

let names = 0;
const write = (space: ImportWorkspace, rows: readonly string[], how = plainly): string => {
  const lines = ['person,at,page', ...rows].map(row => {
    const cells = how.turned ? row.split(',').toReversed() : row.split(',');
    return cells.map(cell => (how.quoted ? `"${cell}"` : cell)).join(',');
  });
  const text = lines.map(line => line + (how.windows ? '\r\n' : '\n')).join('');
  return how.packed ? space.zip(`${++names}.gz`, text) : space.write(`${++names}.csv`, text);
};

const within = async (work: (space: ImportWorkspace) => Promise<void>): Promise<void> => {
  const space = openWorkspace();
  try {
    await work(space);
  } finally {
    await space.dispose();
  }
};

describe('importing files of rows', () => {
  it('keeps each row as often as the file that has it most often, over all runs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(files, { minLength: 1, maxLength: 3 }), runs =>
        within(async space => {
          let known = 0;
          for (const [at, run] of runs.entries()) {
            const report = await space.run(run.map(rows => write(space, rows)));
            const wanted = mostOf(runs.slice(0, at + 1).flat());
            expect(report.total).toEqual({
              ...{ rows: run.flat().length, ignored: 0, refused: 0 },
              appended: total(wanted) - known,
              duplicates: run.flat().length - (total(wanted) - known),
            });
            known = total(wanted);
          }
          expect(await rowsIn(space)).toEqual(mostOf(runs.flat()));
        }),
      ),
      { numRuns: 20 },
    );
  });

  it('makes the same events in any order of files and rows, in whatever dress', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.array(dress, { minLength: 3, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        (given, dresses, dice) =>
          within(async one => {
            await within(async other => {
              await one.run(given.map(rows => write(one, rows)));
              const shuffled = <T>(list: readonly T[]): readonly T[] =>
                list
                  .map(item => [dice.next().value, item] as const)
                  .sort(([a], [b]) => a - b)
                  .map(([, item]) => item);
              const turned = shuffled(given).map((rows, at) => write(other, shuffled(rows), dresses[at]));
              await other.run(turned);
              expect(contentOf(await other.log())).toEqual(contentOf(await one.log()));
              // And each of the logs has what the other was made of.
              expect((await one.run(given.map(rows => write(one, rows, dresses[0])))).total.appended).toBe(0);
            });
          }),
      ),
      { numRuns: 20 },
    );
  });

  it('appends nothing when the same files come one by one, or some of them again', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.array(fc.nat(), { maxLength: 4 }), (given, again) =>
        within(async space => {
          await space.run(given.map(rows => write(space, rows)));
          const before = contentOf(await space.log());
          for (const at of again) {
            const rows = given[at % given.length]!;
            const { total: counts } = await space.run([write(space, rows)]);
            expect(counts).toMatchObject({ appended: 0, duplicates: rows.length });
          }
          expect(contentOf(await space.log())).toEqual(before);
        }),
      ),
      { numRuns: 20 },
    );
  });

  it('says in a dry run what the real one then does', async () => {
    await fc.assert(
      fc.asyncProperty(files, files, (earlier, given) =>
        within(async space => {
          await space.run(earlier.map(rows => write(space, rows)));
          const paths = given.map(rows => write(space, rows));
          const dry = await space.run(paths, { dryRun: true });
          const wet = await space.run(paths);
          expect(dry.files).toEqual(wet.files);
        }),
      ),
      { numRuns: 20 },
    );
  });
});

describe('rows that were refused', () => {
  /** Rows that are all different, some of a day that does not exist. */
  const mixed = fc
    .array(fc.boolean(), { minLength: 1, maxLength: 12 })
    .map(bad => bad.map((is, n) => `p${n % 3},2026-0${is ? '2-30' : '1-05'},/${n}`));
  const mend = (text: string): string => text.replaceAll('2026-02-30', '2026-01-05');

  it('and mended, alone, complete the log as if they had been good from the start', async () => {
    await fc.assert(
      fc.asyncProperty(mixed, fc.array(fc.nat(20), { maxLength: 3 }), (rows, cuts) =>
        within(async space => {
          const given = [0, ...cuts.sort((one, other) => one - other), rows.length].flatMap(
            (from, at, all) => (at === all.length - 1 ? [] : [rows.slice(from, all[at + 1])]),
          );
          const rejects = space.path('refused.csv');
          const { total: first } = await space.run(
            given.map(part => write(space, part)),
            { rejects },
          );
          const bad = rows.filter(row => row.includes('2026-02-30'));
          expect(first).toMatchObject({ refused: bad.length, appended: rows.length - bad.length });
          // Reasons hold the day as well; a person would change the cell.
          const text = mend(readFileSync(rejects, 'utf8'));
          const { total: second } = await space.run([space.write('mended.csv', text)]);
          expect(second).toMatchObject({ rows: bad.length, appended: bad.length, refused: 0 });
          await within(async other => {
            await other.run([write(other, rows.map(mend))]);
            expect(contentOf(await space.log())).toEqual(contentOf(await other.log()));
          });
        }),
      ),
      { numRuns: 20 },
    );
  });
});
