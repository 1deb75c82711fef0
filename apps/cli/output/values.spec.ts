import { describe, expect, it } from '@jest/globals';
import { count, heading, money, readable, readableColumn, seconds, share } from './values.ts';

describe('numbers', () => {
  it('keep their thousands apart', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect(count(-2)).toBe('-2');
  });

  it('are percentages where they are shares', () => {
    expect(share(0.10525)).toBe('10.5 %');
    expect(share(1)).toBe('100.0 %');
  });

  it.each([
    [{ amount: 129_900, currency: 'EUR' }, 'EUR 1,299'],
    [{ amount: 500, currency: 'JPY' }, 'JPY 500'],
    [{ amount: 1_234, currency: 'KWD' }, 'KWD 1.234'],
    [{ amount: -5, currency: 'GBP' }, '-GBP 0.05'],
  ])('%j is %s', (given, shown) => {
    expect(money(given)).toBe(shown);
  });

  it.each([
    [0.2, '1 s'],
    [89, '89 s'],
    [600, '10 min'],
    [9_000, '2.5 h'],
  ])('%d seconds are %s', (given, shown) => {
    expect(seconds(given)).toBe(shown);
  });
});

describe('readable', () => {
  it.each([
    ['count', 8_000, '8,000'],
    ['meanDays', 48.440618, '48.44'],
    ['closeRate', 0.10525, '10.5 %'],
    ['stepConversion', 0.5, '50.0 %'],
    ['dropOff', 0.25, '25.0 %'],
    ['winRate', null, '–'],
    ['stage', 'lead', 'lead'],
    ['stage', '', '""'],
    ['openValue', [], '–'],
    [
      'openValue',
      [
        { amount: 100, currency: 'EUR' },
        { amount: 250, currency: 'GBP' },
      ],
      'EUR 1\nGBP 2.50',
    ],
    ['minDays', -2, '-2'],
  ])('shows %s %j as %s', (name, value, shown) => {
    expect(readable(name, value)).toBe(shown);
  });
});

describe('readableColumn', () => {
  const euros = (amount: number): readonly object[] => [{ amount, currency: 'EUR' }];

  it.each([
    ['meanDays', [46, 76.6, null, 1_052.875], ['46.00', '76.60', '–', '1,052.88']],
    ['medianDays', [46, 76.5], ['46.0', '76.5']],
    ['count', [8_000, 1], ['8,000', '1']],
    ['closeRate', [0.5, null, 1], ['50.0 %', '–', '100.0 %']],
    ['revenue', [euros(53_500), euros(67_690), []], ['EUR 535.00', 'EUR 676.90', '–']],
    ['revenue', [euros(53_500), euros(67_600)], ['EUR 535', 'EUR 676']],
    ['stage', ['lead', ''], ['lead', '""']],
    [
      'revenue',
      [[...euros(100), { amount: 7, currency: 'JPY' }], euros(150)],
      ['EUR 1.00\nJPY 7', 'EUR 1.50'],
    ],
  ])('%s: %j has its decimals below each other', (name, values, shown) => {
    expect(readableColumn(name, values)).toEqual(shown);
  });
});

describe('heading', () => {
  it.each([
    ['medianDaysInStage', 'median days in stage'],
    ['p90Days', 'p90 days'],
    ['stage', 'stage'],
  ])('%s is %s', (name, shown) => {
    expect(heading(name)).toBe(shown);
  });
});
