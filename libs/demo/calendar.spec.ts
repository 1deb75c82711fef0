import { describe, expect, it } from '@jest/globals';
import { arrivals, day, firstTuesdays, minute, workday, yearBefore } from './calendar.ts';
import { randomFrom } from './random.ts';

const at = (text: string): number => Date.parse(text);

describe('yearBefore', () => {
  it.each([
    ['2026-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
    ['2026-11-23T17:35:00Z', '2025-11-23T17:35:00Z'],
    ['2024-02-29T00:00:00Z', '2023-03-01T00:00:00Z'],
  ])('%s is %s', (end, from) => {
    expect(yearBefore(at(end))).toBe(at(from));
  });
});

describe('arrivals', () => {
  const [from, end] = [at('2025-03-10T06:30:00Z'), at('2026-03-10T06:30:00Z')];
  const random = randomFrom('arrivals');
  const arrival = arrivals(from, end);
  const instants = Array.from({ length: 8_000 }, () => arrival(random));
  const within = (test: (date: Date) => boolean): number =>
    instants.filter(instant => test(new Date(instant))).length;

  it('lie within the period, even where its days are cut', () => {
    expect(Math.min(...instants)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...instants)).toBeLessThan(end);
  });

  it('are fewer at weekends, at night and in August, and grow over the year', () => {
    const weekend = within(date => [0, 6].includes(date.getUTCDay())) / 2;
    expect(weekend).toBeLessThan(within(date => [1, 2, 3, 4, 5].includes(date.getUTCDay())) / 5 / 2);
    expect(within(date => date.getUTCHours() < 6)).toBeLessThan(within(date => date.getUTCHours() === 10));
    expect(within(date => date.getUTCMonth() === 7)).toBeLessThan(within(date => date.getUTCMonth() === 9));
    const half = (from + end) / 2;
    expect(within(date => date.getTime() >= half)).toBeGreaterThan(within(date => date.getTime() < half));
  });
});

describe('workday', () => {
  it('is a weekday in working hours, or soon after, and never earlier than twenty minutes on', () => {
    const random = randomFrom('workday');
    const start = at('2026-01-02T09:00:00Z');
    for (let round = 0; round < 500; round++) {
      const after = start + round * 7 * 60 * minute;
      const instant = workday(random, after, random.exponential(5));
      expect(instant - after).toBeGreaterThanOrEqual(20 * minute);
      if (instant - after <= 90 * minute) continue;
      const date = new Date(instant);
      expect([1, 2, 3, 4, 5]).toContain(date.getUTCDay());
      expect(date.getUTCHours()).toBeGreaterThanOrEqual(7);
      expect(date.getUTCHours()).toBeLessThan(17);
    }
  });
});

describe('firstTuesdays', () => {
  it('names one a month, at nine, within the period only', () => {
    const found = firstTuesdays(at('2025-12-02T09:00:00Z'), at('2026-04-07T09:00:00Z'));
    expect(found.map(instant => new Date(instant).toISOString())).toEqual([
      '2026-01-06T09:00:00.000Z',
      '2026-02-03T09:00:00.000Z',
      '2026-03-03T09:00:00.000Z',
    ]);
  });

  it('is a Tuesday in whatever month', () => {
    for (const instant of firstTuesdays(at('2020-01-15T00:00:00Z'), at('2030-01-15T00:00:00Z'))) {
      const date = new Date(instant);
      expect(date.getUTCDay()).toBe(2);
      expect(date.getUTCDate()).toBeLessThanOrEqual(7);
      expect(instant % day).toBe(9 * 60 * minute);
    }
  });
});
