import { describe, expect, it } from '@jest/globals';
import { RuleViolation } from '../domain/errors.ts';
import type { RawRow } from './csv.ts';
import { RowError } from './define.ts';
import { noFaults, reasonsOf, refusalOf } from './refusal.ts';

const raw = (line: number): RawRow => ({ line, columns: ['id'], cells: ['x'], problem: null });
const odd = new RowError('id', 'is odd');

describe('the reasons of a refused group', () => {
  it("are the row's own where there is one row", () =>
    expect(reasonsOf([raw(4)], odd, noFaults)).toEqual([{ raw: raw(4), column: 'id', reason: 'is odd' }]));

  it('name the lines where no row is at fault alone, the first ten of them', () => {
    const reasons = reasonsOf([raw(4), raw(9)], new RowError(null, 'is no order'), noFaults);
    expect(reasons.map(({ reason }) => reason)).toEqual(Array(2).fill('is no order (lines 4, 9)'));
    const many = Array.from({ length: 12 }, (_, n) => raw(n + 2));
    expect(reasonsOf(many, odd, noFaults)[0]!.reason).toBe(
      'is odd (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more)',
    );
  });

  it('are their own for rows at fault, and name the first of these for the others', () => {
    const rows = [raw(2), raw(3), raw(7)] as const;
    const faults = new Map([
      [rows[1], odd],
      [rows[2], new RowError(null, 'is too long')],
    ]);
    expect(reasonsOf(rows, odd, faults)).toEqual([
      { raw: rows[0], column: null, reason: 'refused with line 3, to which it belongs' },
      { raw: rows[1], column: 'id', reason: 'is odd' },
      { raw: rows[2], column: null, reason: 'is too long' },
    ]);
  });
});

describe('an error of a row', () => {
  it('is its refusal, or the rule that it breaks', () => {
    expect(refusalOf(odd)).toBe(odd);
    expect(refusalOf(new RuleViolation('invalid-email', 'is no e-mail'))).toMatchObject({
      column: null,
      message: 'invalid-email: is no e-mail',
    });
  });

  it("is thrown on when it is none of the row's", () =>
    expect(() => refusalOf(new Error('gone'))).toThrow('gone'));
});
