import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnsTaken, terminalText } from '../../../test/support/terminal-text.ts';
import { renderTable, type Column, type Table } from './table.ts';

/** A cell that has its own words, so that they are found again. */
const word = fc.oneof(terminalText({ maxLength: 12 }), fc.constantFrom('', '–', '(none)'));
const number = fc.integer().map(value => value.toLocaleString('en'));
const cell = (column: Column): fc.Arbitrary<string> => (column.numeric === true ? number : word);

const column: fc.Arbitrary<Column> = fc.record(
  {
    title: fc.constantFrom('origin', 'leads', 'median days in stage', 'n', 'overall conversion'),
    numeric: fc.boolean(),
    whole: fc.boolean(),
  },
  { requiredKeys: ['title'] },
);

const table: fc.Arbitrary<Table> = fc.array(column, { minLength: 1, maxLength: 6 }).chain(columns =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(fc.tuple(...columns.map(cell)), { minLength: 1, maxLength: 6 }),
  }),
);

/** The model: every cell is padded to the widest of its column; numbers on the left, words on the right. */
const plain = ({ columns, rows }: Table): string => {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map(line => columnsTaken(line[at]!))));
  const drawn = lines.map(line =>
    line
      .map((text, at) => {
        const blanks = ' '.repeat(widths[at]! - columnsTaken(text));
        return columns[at]!.numeric === true ? blanks + text : text + blanks;
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)));
  return [drawn[0], rule, ...drawn.slice(1)].join('\n');
};

const isText = ({ numeric, whole }: Column): boolean => numeric !== true && whole !== true;

/** Columns that a table can't do with less than: numbers, whole texts, ten of each other text, a blank between. */
const least = ({ columns, rows }: Table): number =>
  columns.reduce((sum, one, at) => {
    const body = Math.max(...rows.map(row => columnsTaken(row[at]!)));
    const title = Math.max(...one.title.split(' ').map(({ length }) => length));
    const wide = Math.max(body, title);
    return sum + (isText(one) ? Math.min(10, wide) : wide);
  }, columns.length - 1);

describe('a table of any texts', () => {
  it('lines up, column by column, whatever its characters are', () => {
    fc.assert(fc.property(table, given => expect(renderTable(given, null)).toBe(plain(given))));
  });

  it('is the same where the terminal is wide enough', () => {
    fc.assert(
      fc.property(table, fc.nat(3), (given, more) => {
        const natural = plain(given);
        const width = Math.max(...natural.split('\n').map(columnsTaken));
        expect(renderTable(given, width + more)).toBe(natural);
      }),
    );
  });

  it('keeps numbers and whole texts whole, however narrow the terminal is', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 60 }), (given, width) => {
        const lines = renderTable(given, width).split('\n').slice(-given.rows.length);
        given.rows.forEach((row, at) => {
          const kept = row.filter((_, index) => !isText(given.columns[index]!));
          for (const text of kept) expect(lines[at]).toContain(text.trim());
        });
      }),
    );
  });

  it('takes no more than the terminal has, where that can be', () => {
    fc.assert(
      fc.property(table, fc.nat(40), (given, more) => {
        const width = least(given) + more;
        for (const line of renderTable(given, width).split('\n'))
          expect(columnsTaken(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('shows a text whole or its beginning, and never half of a character', () => {
    fc.assert(
      fc.property(
        fc.array(terminalText({ maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 10, max: 40 }),
        (texts, width) => {
          const given: Table = {
            columns: [{ title: 'n', numeric: true }, { title: 'text' }],
            // No blanks at the ends, which are the table's own.
            rows: texts.map((text, at) => [String(at), text.trim()]),
          };
          const shown = renderTable(given, width).split('\n').slice(2);
          given.rows.forEach(([, text = ''], at) => {
            const seen = shown[at]!.slice(1).trim();
            expect(seen.isWellFormed()).toBe(true);
            if (seen !== text) expect([seen.at(-1), text.startsWith(seen.slice(0, -1))]).toEqual(['…', true]);
          });
        },
      ),
    );
  });
});

describe('a table with several lines in a cell', () => {
  const amounts: Table = {
    columns: [{ title: 'stage' }, { title: 'open value', numeric: true }, { title: 'n', numeric: true }],
    rows: [
      ['opportunity', 'EUR 1,299.00\nGBP 5.00\nJPY 70', '3'],
      ['customer', '–', '12'],
    ],
  };

  it('puts them below each other, and the next row below them', () => {
    expect(renderTable(amounts, null).split('\n')).toEqual([
      'stage          open value   n',
      '─────────────────────────────',
      'opportunity  EUR 1,299.00   3',
      '                 GBP 5.00',
      '                   JPY 70',
      'customer                –  12',
    ]);
  });

  it('has the words of headings above each other at the bottom', () => {
    const lines = renderTable(
      {
        columns: [{ title: 'origin' }, { title: 'overall conversion rate', numeric: true }],
        rows: [['social', '10.5 %']],
      },
      18,
    ).split('\n');
    expect(lines.slice(0, 3)).toEqual(['           overall', '        conversion', 'origin        rate']);
  });
});

describe('a table that is too wide', () => {
  it('takes from the widest text first, and from several once they are equal', () => {
    const given: Table = {
      columns: [{ title: 'a' }, { title: 'b' }, { title: 'c' }],
      rows: [['x'.repeat(40), 'y'.repeat(30), 'z'.repeat(12)]],
    };
    const widths = (width: number): readonly number[] =>
      renderTable(given, width)
        .split('\n')
        .at(-1)!
        .split(/ +/)
        .map(({ length }) => length);
    expect(widths(82)).toEqual([36, 30, 12]);
    expect(widths(76)).toEqual([30, 30, 12]);
    expect(widths(60).toSorted((one, other) => one - other)).toEqual([12, 16, 28]);
    // From here on columns stand closer together, and ten characters are left.
    expect(widths(40).every(width => width >= 10)).toBe(true);
    expect(widths(5)).toEqual([10, 10, 10]);
  });
});
