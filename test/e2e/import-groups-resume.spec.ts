import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventStore } from '../../libs/event-store/port.ts';
import { runImport } from '../../libs/importing/index.ts';
import { header, line, till } from './grouped-import.ts';
import { contentOf, openWorkspace, type ImportWorkspace } from './import-workspace.ts';

/** Few receipts and prices, so that groups have several rows, rows repeat, and some can't be taken. */
const row = fc
  .tuple(fc.nat(7), fc.constantFrom('a', 'b', 'nothing'), fc.constantFrom('1', '2', '0.005', 'x'), fc.nat(20))
  .map(([receipt, article, price, odd]) =>
    line(`r${receipt}`, article, odd > 0 && price === 'x' ? '3' : price, { person: `p${receipt % 3}` }),
  );
const rows = fc.array(row, { maxLength: 40 });

/** The same rows by a random order. */
const shuffled = (given: readonly string[], seed: readonly number[]): readonly string[] =>
  given
    .map((one, at) => [seed[at % seed.length] ?? 0, one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

/** What the log holds, without the order of an order's lines: that is the file's. */
const comparable = async (space: ImportWorkspace): Promise<readonly string[]> =>
  contentOf(
    (await space.log()).map(event => {
      const data = event.data as { readonly lines?: readonly object[] };
      const lines = data.lines?.map(one => JSON.stringify(one)).sort();
      return lines === undefined ? event : { ...event, data: { ...data, lines } };
    }),
  );

const write = (space: ImportWorkspace, name: string, content: readonly string[]): string =>
  space.write(name, header + content.join(''));

/** A store that fails after so many appends. */
const failingAfter = (store: EventStore, appends: number): EventStore => {
  let left = appends;
  return {
    ...store,
    append: (...args) => (left-- > 0 ? store.append(...args) : Promise.reject(new Error('gone'))),
  };
};

/** Runs the work over two logs. */
const withTwo = async (
  work: (one: ImportWorkspace, other: ImportWorkspace) => Promise<void>,
): Promise<void> => {
  const spaces = [openWorkspace(till), openWorkspace(till)] as const;
  try {
    await work(...spaces);
  } finally {
    await Promise.all(spaces.map(space => space.dispose()));
  }
};

describe('an import of groups', () => {
  it('makes the same log whatever the order of the rows, and of files that share no group', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.array(fc.nat(), { minLength: 1 }), fc.boolean(), (content, seed, turned) =>
        withTwo(async (one, other) => {
          await one.run([write(one, 'all.csv', content)]);
          const mixed = shuffled(content, seed);
          const [low, high] = [
            mixed.filter(text => text < 'r4'),
            mixed.filter(text => text >= 'r4'),
          ] as const;
          const files = [write(other, 'low.csv', low), write(other, 'high.csv', high)];
          const report = await other.run(turned ? files.toReversed() : files);
          expect(await comparable(other)).toEqual(await comparable(one));
          expect(report.total.rows).toBe(content.length);
        }),
      ),
      { numRuns: 25 },
    );
  });

  it('that is interrupted anywhere and run again makes the same log as one that was not', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.array(fc.nat(20), { maxLength: 3 }), (content, stops) =>
        withTwo(async (straight, broken) => {
          await straight.run([write(straight, 'a.csv', content)]);
          const file = write(broken, 'a.csv', content);
          for (const stop of stops) {
            const deps = { ...broken.deps, events: failingAfter(broken.store, stop) };
            await runImport(deps, till, [file]).catch(() => null);
          }
          const last = await broken.run([file]);
          expect(contentOf(await broken.log())).toEqual(contentOf(await straight.log()));
          const again = await broken.run([file]);
          expect(again.total).toMatchObject({ appended: 0, refused: last.total.refused });
        }),
      ),
      { numRuns: 25 },
    );
  });

  it('counts each row once: as taken, ignored or refused, by the model', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async content => {
        const space = openWorkspace(till);
        try {
          const { total } = await space.run([write(space, 'a.csv', content)]);
          const cells = content.map(text => text.trimEnd().split(','));
          const meant = cells.filter(([, , , article]) => article !== 'nothing');
          const groups = [...Map.groupBy(meant, ([receipt]) => receipt).values()];
          const bad = groups.filter(group => group.some(([, , , , price]) => price === 'x'));
          expect(total).toEqual({
            rows: content.length,
            appended: 2 * (groups.length - bad.length),
            duplicates: 0,
            ignored: cells.length - meant.length,
            refused: bad.flat().length,
          });
        } finally {
          await space.dispose();
        }
      }),
      { numRuns: 25 },
    );
  });
});
