import { describe, expect, it } from '@jest/globals';
import { origins } from './business.ts';
import { person } from './person.ts';
import { randomFrom } from './random.ts';

const people = Array.from({ length: 3_000 }, (_, index) => person(randomFrom('people', index), index + 1));
const share = (test: (who: (typeof people)[number]) => boolean): number =>
  people.filter(test).length / people.length;

describe('person', () => {
  it('has an id, an address and a phone number of their own, whatever their name', () => {
    expect(new Set(people.map(({ id }) => id)).size).toBe(people.length);
    expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
    const phones = people.flatMap(({ phone }) => (phone === null ? [] : [phone]));
    expect(new Set(phones).size).toBe(phones.length);
    expect(people.length - new Set(people.map(({ name }) => name)).size).toBeGreaterThan(0);
  });

  it('pays in the currency of their country', () => {
    const pairs = new Set(people.map(({ country, currency }) => `${country} ${currency}`));
    expect(pairs).toContain('CH CHF');
    expect(pairs).toContain('GB GBP');
    expect(pairs).toContain('DE EUR');
    expect(pairs).not.toContain('DE CHF');
  });

  it('comes from an origin as often as it has a share, and from nowhere at times', () => {
    const total = origins.reduce((sum, origin) => sum + origin.share, 0);
    const off = origins.map(one => Math.abs(share(({ origin }) => origin === one) - one.share / total));
    expect(Math.max(...off)).toBeLessThan(0.025);
    expect(origins.some(({ name }) => name === null)).toBe(true);
  });

  it('comes by a campaign of their origin, or by none', () => {
    const odd = people.filter(({ origin, campaign }) =>
      campaign === null ? origin.campaigns.length > 0 : !origin.campaigns.includes(campaign),
    );
    expect(odd).toEqual([]);
  });

  it('works in a firm of at least one, mostly small', () => {
    const sizes = people.map(({ employees }) => employees).toSorted((one, other) => one - other);
    expect(sizes[0]).toBe(1);
    expect(sizes[1_500]).toBeGreaterThan(5);
    expect(sizes[1_500]).toBeLessThan(14);
  });

  it('mostly agrees to mails, and opens some of them', () => {
    expect(share(({ consents }) => consents)).toBeCloseTo(0.82, 1);
    expect(share(({ interest }) => interest < 0.1 || interest > 0.7)).toBe(0);
  });
});
