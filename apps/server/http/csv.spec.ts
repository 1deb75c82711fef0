import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { toCsv, wantsCsv } from './csv.ts';

describe('toCsv', () => {
  it('can be read back, whatever the texts hold', () => {
    const rows = fc.array(fc.record({ a: fc.string({ unit: 'binary' }), b: fc.integer() }), { minLength: 1 });
    fc.assert(
      fc.property(rows, given => {
        const back = parse(toCsv(given), { columns: true, record_delimiter: '\n' });
        const guarded = given.map(({ a, b }) => ({
          a: /^[=+\-@\t\r]/.test(a) ? `'${a}` : a,
          b: String(b),
        }));
        expect(back).toEqual(guarded);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@sum', '\tx', '\rx'])('guards %j against being a formula', text => {
    expect(toCsv([{ text }])).toContain(`'${text}`);
  });

  it('leaves numbers numbers, null empty, and money readable', () => {
    const amounts = [
      { amount: 129_900, currency: 'EUR' },
      { amount: 5, currency: 'JPY' },
    ];
    expect(toCsv([{ loss: -1.5, nothing: null, amounts, none: [], object: { a: 1 } }])).toBe(
      'loss,nothing,amounts,none,object\n-1.5,,129900 EUR; 5 JPY,,"{""a"":1}"\n',
    );
  });

  it('has the columns of all rows', () => {
    expect(toCsv([{ a: 1 }, { b: 2 }])).toBe('a,b\n1,\n,2\n');
  });

  it('guards headings as well', () => {
    expect(toCsv([{ '=x': 1 }])).toBe("'=x\n1\n");
  });
});

describe('wantsCsv', () => {
  it.each([
    ['text/csv', true],
    ['text/csv, application/json;q=0.5', true],
    ['TEXT/CSV;q=0.9,*/*;q=0.1'.toLowerCase(), true],
    ['application/json, text/csv;q=0.5', false],
    ['application/json', false],
    ['text/html,*/*', false],
    ['text/csv;q=0', false],
    [undefined, false],
  ])('of %s is %s', (accept, wanted) => {
    expect(wantsCsv(accept)).toBe(wanted);
  });
});
