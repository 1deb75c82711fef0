import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidCursor } from '../../../libs/read-store/errors.ts';
import { pageOf } from './time-cursor.ts';

interface Line {
  readonly occurredAt: number;
  readonly position: number;
  readonly rule: string;
}
const rule = ({ rule: name }: Line): string => name;

describe('pages of what has the latest first', () => {
  it('hold each entry once, in order, whatever the page size, ties included', () => {
    const line = fc.record({
      occurredAt: fc.integer({ min: 0, max: 4 }),
      position: fc.integer({ min: 1, max: 4 }),
      rule: fc.constantFrom('a', 'b'),
    });
    const lines = fc.uniqueArray(line, { selector: entry => JSON.stringify(entry), maxLength: 20 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const seen: Line[] = [];
        let cursor: string | undefined;
        do {
          const { page, nextCursor } = pageOf<Line>(all, limit, cursor, rule);
          expect(page.length).toBeLessThanOrEqual(limit);
          seen.push(...page);
          cursor = nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toEqual(pageOf<Line>(all, 1_000, undefined, rule).page);
        expect(seen.map(entry => entry.occurredAt)).toEqual(
          seen.map(entry => entry.occurredAt).toSorted((a, b) => b - a),
        );
      }),
    );
  });

  it.each([
    '',
    'x',
    'W10',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('[1,"2","a"]').toString('base64url'),
  ])('refuse the cursor %j', cursor => {
    expect(() => pageOf([], 1, cursor)).toThrow(InvalidCursor);
  });
});
