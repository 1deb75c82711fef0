import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfter } from './retry-after.ts';

const now = Date.UTC(2026, 10, 6, 8, 49, 37);
const hour = 3_600_000;
const of = (header: string | undefined, status: number | null = 429): number | null =>
  retryAfter(status, header, now, 12 * hour);

describe('what Retry-After says', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['007', 7_000],
    ['43200', 12 * hour],
  ])('in seconds: %j', (header, ms) => expect(of(header)).toBe(now + ms));

  it.each(['Fri, 06 Nov 2026 09:49:37 GMT', 'Friday, 06-Nov-26 09:49:37 GMT', 'Fri Nov  6 09:49:37 2026'])(
    'as an HTTP date: %j',
    header => expect(of(header)).toBe(now + hour),
  );

  it('is now where it is past', () => {
    expect(of('Fri, 06 Nov 2026 07:00:00 GMT')).toBe(now);
    expect(of('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(now);
  });

  it.each(['43201', '9'.repeat(30), '9'.repeat(400), 'Fri, 31 Dec 2027 23:59:59 GMT'])(
    'is no later than the bound: %j',
    header => expect(of(header)).toBe(now + 12 * hour),
  );

  it.each([
    undefined,
    '',
    ' ',
    'soon',
    '-5',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '5 s',
    '2026-11-06T09:49:37Z',
    '5, 6',
  ])('is nothing where it can’t be read: %j', header => expect(of(header)).toBeNull());

  it.each([200, 204, 301, 400, 404, 410, 500, 502, 504, null])('counts for nothing with %p', status =>
    expect(of('60', status)).toBeNull(),
  );

  it('counts with 503 as with 429', () => expect(of('60', 503)).toBe(of('60', 429)));

  it('is within the bound, whatever the header', () => {
    const headers = fc.oneof(
      fc.string(),
      fc.bigInt({ min: 0n }).map(String),
      fc.date({ noInvalidDate: true }).map(date => date.toUTCString()),
    );
    fc.assert(
      fc.property(headers, fc.nat(48 * hour), (header, longest) => {
        const at = retryAfter(503, header, now, longest);
        if (at === null) return;
        expect(at).toBeGreaterThanOrEqual(now);
        expect(at).toBeLessThanOrEqual(now + longest);
      }),
    );
  });

  it('is to the second what a date says that is within the bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 * 3_600 }), seconds => {
        const at = now + seconds * 1_000;
        expect([of(new Date(at).toUTCString()), of(String(seconds))]).toEqual([at, at]);
      }),
    );
  });
});
