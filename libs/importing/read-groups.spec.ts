import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StreamEvent } from './bulk.ts';
import { RowError, type Row } from './define.ts';
import { FileProblem } from './errors.ts';
import { readGroups, type Grouping } from './read-groups.ts';
import { fakeReading, rawRow, tableOf, type Told } from './testing.ts';

const columns = ['key', 'text'];
const row = (line: number, key: string, text = 'x') => rawRow(line, columns, [key, text]);

/** Rows with the text `broken` can't be shaped, the key `odd` can't be told, the key `-` is none. */
const grouping = (seen: (readonly [string, readonly Row[]])[] = []): Grouping => ({
  key: ({ key = '' }) => {
    if (key === 'odd') throw new RowError('key', 'is odd');
    return key === '-' ? null : key;
  },
  shape: ({ cells: [key = '', text = ''], problem }) => {
    if (problem !== null) throw new RowError(null, problem);
    if (text === 'broken') throw new RowError('text', 'is broken');
    return { key, text };
  },
  eventsOf: (key, rows) => {
    seen.push([key, rows]);
    if (rows.some(({ text }) => text === 'refused')) throw new RowError(null, 'is refused');
    return rows.map(({ text = '' }): StreamEvent => ({
      stream: `s-${key}`,
      event: { id: text, type: 'T', version: 1, occurredAt: 0, data: {}, metadata: {} },
    }));
  },
});

const linesIn = (told: readonly Told[]): readonly (readonly number[])[] => told.map(({ lines }) => lines);

describe('reading rows in groups', () => {
  let seen: (readonly [string, readonly Row[]])[];
  beforeEach(() => {
    seen = [];
  });
  const read = async (rows: ReturnType<typeof row>[], full?: () => boolean) => {
    const reading = fakeReading(full === undefined ? {} : { full });
    await readGroups(tableOf(rows), reading, grouping(seen));
    return reading;
  };

  it('gathers them by key wherever they stand, in the order of the file', async () => {
    const rows = [row(2, 'a', '1'), row(3, 'b', '2'), row(4, 'a', '3'), row(5, 'c', '4'), row(6, 'b', '5')];
    const { taken, refusals } = await read(rows);
    expect(linesIn(taken)).toEqual([[2, 4], [3, 6], [5]]);
    expect(taken.map(({ events }) => events)).toEqual([['1', '3'], ['2', '5'], ['4']]);
    expect(refusals).toEqual([]);
    expect(seen.map(([key]) => key)).toEqual(['a', 'b', 'c']);
  });

  it('comes out as sorting them in memory would, whatever is wrong with them and whenever it pauses', async () => {
    const key = fc.constantFrom('a', 'b', 'B', '', ' a', '-', 'odd');
    const text = fc.constantFrom('x', 'y', 'broken', 'refused');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, text), { maxLength: 25 }),
        fc.infiniteStream(fc.boolean()),
        async (given, pauses) => {
          const rows = given.map(([name, words], at) => row(at + 2, name, words));
          const { taken, refusals } = await read(rows, () => pauses.next().value as boolean);
          const byLine = (one: readonly number[], other: readonly number[]): number => one[0]! - other[0]!;

          const named = (wanted: (name: string) => boolean) => rows.filter(({ cells }) => wanted(cells[0]!));
          const alone = named(name => name === '-');
          const groups = [
            ...Map.groupBy(
              named(name => name !== '-' && name !== 'odd'),
              ({ cells }) => cells[0]!,
            ),
          ];
          const has = (word: string) => (one: (typeof groups)[number]) =>
            one[1].some(({ cells }) => cells[1] === word);
          const broken = groups.filter(one => has('broken')(one) || has('refused')(one));
          const good = groups.filter(one => !broken.includes(one));
          const lines = (list: typeof groups) => list.map(([, held]) => held.map(({ line }) => line));
          const unkeyed = alone.filter(({ cells }) => cells[1] !== 'broken');
          expect(linesIn(taken).toSorted(byLine)).toEqual(
            [...lines(good), ...unkeyed.map(({ line }) => [line])].toSorted(byLine),
          );
          const odd = [...named(name => name === 'odd'), ...alone.filter(one => !unkeyed.includes(one))];
          expect(linesIn(refusals).toSorted(byLine)).toEqual(
            [...lines(broken), ...odd.map(({ line }) => [line])].toSorted(byLine),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a group with the rows that are at fault by name', async () => {
    const rows = [row(2, 'a'), row(3, 'a', 'broken'), row(4, 'b', 'refused'), row(5, 'a', 'broken')];
    const { refusals } = await read(rows);
    expect(refusals.map(({ lines, reason, faults }) => [lines, reason, faults])).toEqual([
      [[2, 3, 5], 'is broken', [3, 5]],
      [[4], 'is refused', []],
    ]);
    // A group that isn't whole is not asked for its facts.
    expect(seen.map(([key]) => key)).toEqual(['b']);
  });

  it('refuses a row alone that has no cells, or no key that anybody can tell', async () => {
    const rows = [rawRow(2, columns, [], 'a quote'), row(3, 'odd'), row(4, 'a')];
    const { refusals, taken } = await read(rows);
    expect(refusals.map(({ lines, reason }) => [lines, reason])).toEqual([
      [[2], 'a quote'],
      [[3], 'is odd'],
    ]);
    expect(linesIn(taken)).toEqual([[4]]);
  });

  it('knows the group of a row that cannot be shaped by the cells that it has', async () => {
    const short = rawRow(3, columns, ['a'], 'has 1 field');
    const { refusals, taken } = await read([row(2, 'a'), short, row(4, 'b')]);
    expect(linesIn(refusals)).toEqual([[2, 3]]);
    expect(linesIn(taken)).toEqual([[4]]);
  });
});

describe('a file of groups that ends early', () => {
  const rows = [row(2, 'a'), row(3, '-'), row(4, 'odd'), row(5, 'a')];

  it('gives none of its groups, but what stands for itself, and is let go of', async () => {
    const table = tableOf(rows, new FileProblem('was cut off'));
    const reading = fakeReading();
    await expect(readGroups(table, reading, grouping())).rejects.toThrow('was cut off');
    expect([reading.taken, reading.refusals].map(linesIn)).toEqual([[[3]], [[4]]]);
    expect([reading.flushes(), table.closed()]).toEqual([1, 1]);
  });

  it('is not flushed where something else went wrong', async () => {
    const table = tableOf(rows, new Error('out of memory'));
    const reading = fakeReading();
    await expect(readGroups(table, reading, grouping())).rejects.toThrow('out of memory');
    expect([reading.flushes(), table.closed()]).toEqual([0, 1]);
  });

  it('takes no group where it was stopped while it was read', async () => {
    const stop = new AbortController();
    const reading = fakeReading({ full: () => true, signal: stop.signal, flushed: () => stop.abort() });
    const table = tableOf(rows);
    await readGroups(table, reading, grouping());
    expect([reading.taken, reading.refusals].map(linesIn)).toEqual([[], []]);
    expect([reading.flushes(), table.closed()]).toEqual([1, 1]);
  });

  it('keeps the groups that it had taken where it was stopped later', async () => {
    const stop = new AbortController();
    const reading = fakeReading({
      full: () => true,
      signal: stop.signal,
      flushed: ({ taken }) => {
        if (taken.length > 0) stop.abort();
      },
    });
    await readGroups(tableOf([row(2, 'a'), row(3, 'b'), row(4, 'a')]), reading, grouping());
    expect(linesIn(reading.taken)).toEqual([[2, 4]]);
  });

  it('tells how many rows wait and how many of them were taken', async () => {
    const reading = fakeReading({ full: () => true });
    await readGroups(tableOf([row(2, 'a'), row(3, '-'), row(4, 'b'), row(5, 'a')]), reading, grouping());
    const steps = reading.steps.map(({ aside }) => [aside?.rows, aside?.taken]);
    expect(steps.slice(0, 4)).toEqual([
      [1, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    expect(steps.slice(-2)).toEqual([
      [3, 3],
      [3, 3],
    ]);
    expect(steps.map(([, taken]) => taken)).toEqual(steps.map(([, taken]) => taken).toSorted());
  });
});
