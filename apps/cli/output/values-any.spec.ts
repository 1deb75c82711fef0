import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kebab } from '../options.ts';
import { count, heading, money, readable, readableColumn, seconds, share } from './values.ts';

/** Thousands apart by commas, written by hand. */
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');
const amount = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe('counts', () => {
  it('are their digits in threes', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), value => {
        const text = grouped(String(Math.abs(value)));
        expect(count(value)).toBe(value < 0 ? `-${text}` : text);
      }),
    );
  });
});

describe('sums of money', () => {
  /** Currencies by the digits of their minor unit (ISO 4217). */
  const currency = fc.constantFrom(['EUR', 2], ['JPY', 0], ['KWD', 3], ['BRL', 2]) as fc.Arbitrary<
    readonly [string, number]
  >;
  const plain = (value: number, digits: number): string => {
    const text = String(Math.abs(value)).padStart(digits + 1, '0');
    const [whole, rest] = [text.slice(0, text.length - digits), text.slice(text.length - digits)];
    return digits === 0 ? grouped(whole) : `${grouped(whole)}.${rest}`;
  };

  it('are their minor units with a point among them, whatever the currency', () => {
    fc.assert(
      fc.property(amount, currency, (value, [code, digits]) => {
        const exact = `${value < 0 ? '-' : ''}${code} ${plain(value, digits)}`;
        expect(money({ amount: value, currency: code }, true)).toBe(exact);
        expect(money({ amount: value, currency: code })).toBe(exact.replace(/\.0+$/, ''));
      }),
    );
  });

  it('are shown in the order in which they come, a line each', () => {
    const sums = [
      { amount: 5, currency: 'JPY' },
      { amount: -1_250, currency: 'EUR' },
      { amount: 0, currency: 'USD' },
    ];
    expect(readable('openValue', sums)).toBe('JPY 5\n-EUR 12.50\nUSD 0');
  });
});

describe('shares', () => {
  it.each([
    [0, '0.0 %'],
    [0.0004, '0.0 %'],
    [0.0005, '0.1 %'],
    [0.999, '99.9 %'],
    [1, '100.0 %'],
    [12.5, '1,250.0 %'],
  ])('%d is %s', (value, shown) => {
    expect(share(value)).toBe(shown);
  });

  it.each(['closeRate', 'stepConversion', 'share', 'dropOff', 'churnRate', 'winRATE'])(
    'are what is called %s',
    name => {
      expect(readable(name, 0.25)).toBe('25.0 %');
      expect(readableColumn(name, [0.25, null])).toEqual(['25.0 %', '–']);
    },
  );

  it.each(['rateOfReturn', 'shares', 'conversionDays', 'count', ''])('are not what is called %j', name => {
    expect(readable(name, 0.25)).toBe('0.25');
  });
});

describe('spans of time', () => {
  it.each([
    [0, '0 s'],
    [0.001, '1 s'],
    [89.9, '90 s'],
    [90, '2 min'],
    [149, '2 min'],
    [5_399, '90 min'],
    [5_400, '1.5 h'],
    [86_400, '24 h'],
    [359_999, '100 h'],
    [36_000_000, '10,000 h'],
  ])('%d seconds are %s', (given, shown) => {
    expect(seconds(given)).toBe(shown);
  });

  it('never grow shorter as they grow longer', () => {
    const sizes = { s: 1, min: 60, h: 3_600 };
    const back = (text: string): number => {
      const [value = '', unit = ''] = text.split(' ');
      return Number(value.replaceAll(',', '')) * sizes[unit as keyof typeof sizes];
    };
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        (value, more) => {
          expect(back(seconds(value + more))).toBeGreaterThanOrEqual(back(seconds(value)));
          // A guess of what is left may be off by half a unit, not by more.
          expect(Math.abs(back(seconds(value)) - value)).toBeLessThanOrEqual(180);
        },
      ),
    );
  });
});

describe('a column of numbers', () => {
  const decimals = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);

  it('has the same number of decimals in every row, two at most, and no more than one needs', () => {
    fc.assert(
      fc.property(fc.array(fc.option(number), { minLength: 1 }), values => {
        const shown = readableColumn('days', values);
        const numbers = shown.filter((_, at) => values[at] !== null);
        expect(new Set(numbers.map(decimals)).size).toBeLessThanOrEqual(1);
        const most = Math.max(0, ...numbers.map(decimals));
        expect(most).toBeLessThanOrEqual(2);
        if (most > 0) expect(numbers.some(text => !text.endsWith('0'))).toBe(true);
        expect(shown.filter((_, at) => values[at] === null).every(text => text === '–')).toBe(true);
      }),
    );
  });

  it('is within half of its last digit of what it stands for', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), values => {
        readableColumn('days', values).forEach((text, at) => {
          const back = Number(text.replaceAll(',', ''));
          expect(Math.abs(back - values[at]!)).toBeLessThanOrEqual(0.005 + 1e-6);
        });
      }),
    );
  });

  it('keeps words, dashes and objects among its numbers', () => {
    expect(readableColumn('stage', ['lead', 1.5, undefined, true, { a: '\u001b' }])).toEqual([
      'lead',
      '1.5',
      '–',
      'true',
      '{"a":"\\u001b"}',
    ]);
  });
});

describe('a heading', () => {
  it('is the words of a name; on the command line they have hyphens', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{2,6}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(words, ([first = '', ...rest]) => {
        const name = first + rest.map(word => word[0]!.toUpperCase() + word.slice(1)).join('');
        expect(heading(name)).toBe([first, ...rest].join(' '));
        expect(kebab(name)).toBe([first, ...rest].join('-'));
      }),
    );
  });
});
