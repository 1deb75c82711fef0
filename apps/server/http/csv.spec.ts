import { describe, expect, it } from '@jest/globals';
import { wantsCsv } from './csv.ts';

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
