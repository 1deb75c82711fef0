import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { renderCsv } from './csv.ts';

describe('renderCsv', () => {
  it('has a heading, empty cells for null, and amounts in minor units', () => {
    const amounts = [
      { amount: 129_900, currency: 'EUR' },
      { amount: 5, currency: 'GBP' },
    ];
    expect(renderCsv([{ origin: null, leads: 60, rate: 0.5, openValue: amounts, odd: undefined }])).toBe(
      'origin,leads,rate,openValue,odd\n,60,0.5,129900 EUR; 5 GBP,',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('quotes %j against spreadsheets', text => {
    const [, row]: string[][] = parse(renderCsv([{ origin: text }]));
    expect(row).toEqual([`'${text}`]);
  });

  it('leaves negative numbers as they are', () => {
    expect(renderCsv([{ minDays: -2 }])).toBe('minDays\n-2');
  });

  it('has the columns of all rows in the order in which they first come', () => {
    expect(renderCsv([{ a: 1 }, { b: 2, a: 3 }])).toBe('a,b\n1,\n3,2');
  });

  it('can be read back, whatever the texts hold', () => {
    const text = fc.string({ unit: 'grapheme' }).filter(given => !/^[=+\-@\t\r＝＋－＠]/.test(given));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), texts => {
        const rows: string[][] = parse(renderCsv(texts.map((value, n) => ({ n, value }))));
        expect(rows.slice(1).map(([, value]) => value)).toEqual(texts);
      }),
    );
  });

  it('is empty without rows', () => {
    expect(renderCsv([])).toBe('');
  });
});
