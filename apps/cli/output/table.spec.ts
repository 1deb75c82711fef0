import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderTable, type Table } from './table.ts';

const lines = (table: Table, width: number | null): readonly string[] =>
  renderTable(table, width).split('\n');

const funnel: Table = {
  columns: [
    { title: 'origin' },
    { title: 'leads', numeric: true },
    { title: 'overall conversion', numeric: true },
  ],
  rows: [
    ['organic_search', '2,296', '100.0 %'],
    ['a name that goes on and on and on', '7', '0.3 %'],
  ],
};

describe('renderTable', () => {
  it('lines words up on the left and numbers on the right', () => {
    expect(lines(funnel, null)).toEqual([
      'origin                             leads  overall conversion',
      '────────────────────────────────────────────────────────────',
      'organic_search                     2,296             100.0 %',
      'a name that goes on and on and on      7               0.3 %',
    ]);
  });

  it('wraps headings before it shortens anything', () => {
    expect(lines(funnel, 55)).toEqual(
      [
        '                                              overall',
        'origin                             leads  conversion',
        '────────────────────────────────────────────────────',
        'organic_search                     2,296     100.0 %',
        'a name that goes on and on and on      7       0.3 %',
      ].map(line => line.replace(/^ {46}/, ' '.repeat(45))),
    );
  });

  it('shortens the widest texts, never numbers', () => {
    const found = lines(funnel, 40);
    expect(found.every(line => line.length <= 40)).toBe(true);
    expect(found.at(-1)).toMatch(/^a name that goes o.*… +7 +0\.3 %$/);
    expect(found.at(-2)).toContain('100.0 %');
  });

  it('never shortens texts that are worth nothing then', () => {
    const table = {
      columns: [{ title: 'at', whole: true }, { title: 'stream' }],
      rows: [['2018-03-06T19:38:55.000Z', 'opportunity-olist-b91cf8812365f50ff4bda4bcd6206b05']],
    };
    expect(lines(table, 50).at(-1)).toBe('2018-03-06T19:38:55.000Z  opportunity-olist-b91cf…');
  });

  it('breaks the words of headings when nothing else helps', () => {
    const table: Table = {
      columns: [
        { title: 'stage' },
        { title: 'step conversion', numeric: true },
        { title: 'n', numeric: true },
      ],
      rows: [['customer', '100.0 %', '12,345,678']],
    };
    expect(lines(table, 28)).toEqual([
      '            step',
      '         conver-',
      'stage       sion          n',
      '───────────────────────────',
      'customer 100.0 % 12,345,678',
    ]);
    expect(lines(table, 30)).toContain('stage    conversion          n');
  });

  it('is wider than the terminal rather than wrong', () => {
    const found = lines(funnel, 10);
    expect(found.join('\n')).toContain('2,296');
    expect(found.join('\n')).toContain('100.0 %');
  });

  it('knows how wide characters are', () => {
    const wide: Table = {
      columns: [{ title: 'name' }, { title: 'n', numeric: true }],
      rows: [
        ['日本語', '1'],
        ['abcdef', '2'],
      ],
    };
    expect(lines(wide, null).slice(2)).toEqual(['日本語  1', 'abcdef  2']);
  });

  it('shows the headings of an empty table', () => {
    expect(lines({ ...funnel, rows: [] }, 80)).toEqual(['origin  leads  overall conversion']);
  });

  it('fits the terminal whenever numbers and ten characters of each text do', () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, fc.nat()), { minLength: 1, maxLength: 5 }), rows => {
        const table: Table = {
          columns: [{ title: 'one' }, { title: 'two' }, { title: 'n', numeric: true }],
          rows: rows.map(([one, two, n]) => [one, two, String(n)]),
        };
        for (const width of [40, 60, 100])
          expect(lines(table, width).every(line => line.length <= width)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
