import { describe, expect, it } from '@jest/globals';
import type { ImportReport } from '../../../libs/importing/index.ts';
import { importNotes, importTable } from './import-report.ts';

const counts = { rows: 1_200, appended: 1_190, duplicates: 3, ignored: 0, refused: 10 };
const file = { file: 'leads\u001b.csv', kind: 'leads', ...counts };
const report: ImportReport = {
  source: 'olist',
  batchId: 'b1',
  dryRun: false,
  aborted: false,
  files: [file],
  total: { ...counts, refused: 2 },
  refused: [
    { file: 'leads.csv', line: 5, column: 'day', reason: '"soon" is no date' },
    { file: 'leads.csv', line: 9, column: null, reason: 'has 3 columns, not 4' },
  ],
  seconds: 1.26,
};

describe('importTable', () => {
  it('has a line for each file, and a total where there are several', () => {
    const one = importTable(report, null).split('\n');
    expect(one).toHaveLength(3);
    expect(one[2]).toMatch(/^leads\\u001b\.csv +leads +1,200 +1,190 +3 +0 +10$/);
    const two = importTable({ ...report, files: [file, { ...file, file: 'deals.csv' }] }, null).split('\n');
    expect(two).toHaveLength(5);
    const same = importTable({ ...report, files: [file, { ...file, file: 'a/b/leads\u001b.csv' }] }, null);
    expect(same).toContain('a/b/leads');
    expect(importTable({ ...report, files: [{ ...file, file: 'a/b/leads.csv' }] }, null)).not.toContain(
      'a/b',
    );
    expect(two[4]).toMatch(/^total +1,200 +1,190 +3 +0 +2$/);
  });
});

describe('importNotes', () => {
  it('name refused rows by file, line and column, then the sum', () => {
    expect(importNotes(report, undefined)).toEqual([
      'refused leads.csv:5: day: "soon" is no date',
      'refused leads.csv:9: has 3 columns, not 4',
      '1,190 events appended in 1.3 s, batch b1',
    ]);
  });

  it('say where all refused rows are', () => {
    expect(importNotes(report, 'r.csv')).toContain('refused rows are in r.csv');
    const many = { ...report, total: { ...counts, refused: 5_000 } };
    expect(importNotes(many, 'r.csv')).toContain('and 4,998 more refused; all are in r.csv');
    expect(importNotes(many, undefined)).toContain('and 4,998 more refused; --rejects FILE writes them all');
  });

  it('say that it was stopped, or that it was dry', () => {
    expect(importNotes({ ...report, aborted: true }, undefined).join()).toContain('stopped before the end');
    expect(importNotes({ ...report, dryRun: true }, undefined).at(-1)).toBe('dry run: nothing was appended');
  });

  it('show no escape sequences of a file', () => {
    const refused = [{ file: 'a', line: 1, column: null, reason: 'x\u001b[2J' }];
    expect(importNotes({ ...report, refused }, undefined)[0]).toBe('refused a:1: x\\u001b[2J');
  });
});
