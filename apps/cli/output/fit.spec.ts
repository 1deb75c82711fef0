import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnsTaken, terminalText } from '../../../test/support/terminal-text.ts';
import { fitTable } from './fit.ts';
import { renderTable, type Table } from './table.ts';

const table = (names: readonly string[], numbers: readonly (readonly number[])[]): Table => ({
  columns: [{ title: 'origin' }, ...(numbers[0] ?? []).map((_, at) => ({ title: `+${at}`, numeric: true }))],
  rows: names.map((name, row) => [name, ...(numbers[row] ?? []).map(String)]),
});

/** The last line says how many columns were left out; 0 where it does not. */
const leftOut = (text: string): number =>
  Number(/\n… and (\d+) more columns?; --csv and --json have them all$/.exec(text)?.[1] ?? 0);
const bodyOf = (text: string): string => text.replace(/\n… and .*$/, '');
const widest = (text: string): number => Math.max(...text.split('\n').map(columnsTaken));

const first = ({ columns, rows }: Table, count: number): Table => ({
  columns: columns.slice(0, count),
  rows: rows.map(row => row.slice(0, count)),
});

const given = fc
  .record({ rows: fc.integer({ min: 1, max: 3 }), columns: fc.integer({ min: 1, max: 12 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      names: fc.array(terminalText({ maxLength: 25 }), { minLength: rows, maxLength: rows }),
      numbers: fc.array(fc.array(fc.nat(99_999), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    }),
  )
  .map(({ names, numbers }) => table(names, numbers));

describe('a table that a terminal is too narrow for', () => {
  it('has as many of the last columns as fit, as trying one after the other finds', () => {
    fc.assert(
      fc.property(given, fc.integer({ min: 20, max: 70 }), (wanted, width) => {
        const text = fitTable(wanted, width);
        const all = wanted.columns.length;
        // The name and the first number stay in any case.
        let shown = all;
        while (shown > 2 && widest(renderTable(first(wanted, shown), width)) > width) shown -= 1;
        expect(leftOut(text)).toBe(all - shown);
        expect(bodyOf(text)).toBe(renderTable(first(wanted, shown), width));
      }),
      { numRuns: 40 },
    );
  });

  it('is not wider than that, also where a character takes two columns', () => {
    const names = ['日本語の長い名前です'.repeat(3), '大阪'];
    const wanted = table(names, [
      [1_000, 2_000, 3_000, 4_000, 5_000, 6_000],
      [1, 2, 3, 4, 5, 6],
    ]);
    for (let width = 20; width <= 60; width += 4)
      expect(widest(bodyOf(fitTable(wanted, width)))).toBeLessThanOrEqual(width);
  });

  it('keeps the first number, even where nothing fits', () => {
    const text = fitTable(table(['social'], [[12_345_678, 1, 2]]), 5);
    expect(text).toContain('12345678');
    expect(leftOut(text)).toBe(2);
  });

  it.each([
    // 8 of the name, 5 of each number, a blank between.
    [14, '… and 2 more columns; --csv and --json have them all'],
    [20, '… and 1 more column; --csv and --json have them all'],
    [26, 'referral 10000 20000 30000'],
  ])('of %i columns ends with %s', (width, line) => {
    const wanted = table(['referral'], [[10_000, 20_000, 30_000]]);
    expect(fitTable(wanted, width).split('\n').at(-1)).toBe(line);
  });

  it('has all columns where there is no terminal, or no number among them', () => {
    const wide = table(['x'.repeat(300)], [[1, 2, 3]]);
    expect(leftOut(fitTable(wide, null))).toBe(0);
    expect(fitTable(wide, null)).toContain('x'.repeat(300));
    const texts: Table = {
      columns: [{ title: 'one' }, { title: 'two' }, { title: 'three' }],
      rows: [['a'.repeat(30), 'b'.repeat(30), 'c'.repeat(30)]],
    };
    expect(leftOut(fitTable(texts, 20))).toBe(0);
    expect(fitTable(texts, 20)).toContain('ccccccccc…');
  });
});
