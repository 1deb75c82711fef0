import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { toCsv } from './to-csv.ts';

describe('toCsv', () => {
  it('can be read back, whatever the texts hold', () => {
    const rows = fc.array(fc.record({ a: fc.string({ unit: 'binary' }), b: fc.integer() }), { minLength: 1 });
    fc.assert(
      fc.property(rows, given => {
        const back = parse(toCsv(given), { columns: true, record_delimiter: '\n' });
        const guarded = given.map(({ a, b }) => ({
          a: /^[=+\-@\t\r\n＝＋－＠]/.test(a) ? `'${a}` : a,
          b: String(b),
        }));
        expect(back).toEqual(guarded);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@sum', '\tx', '\rx', '\n=1', '＝1', '＋1', '－1', '＠sum'])(
    'guards %j against being a formula',
    text => {
      expect(toCsv([{ text }])).toContain(`'${text}`);
    },
  );

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

  it('is empty without rows', () => {
    expect(toCsv([])).toBe('');
  });

  it('guards headings as well', () => {
    expect(toCsv([{ '=x': 1 }])).toBe("'=x\n1\n");
  });
});
