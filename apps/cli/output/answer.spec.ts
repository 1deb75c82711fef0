import { describe, expect, it } from '@jest/globals';
import type { MetricAnswer } from '../../../libs/metrics/define.ts';
import { flatRows } from '../../../libs/metrics/flat-rows.ts';
import { answerNotes, answerTable } from './answer.ts';

const answer = {
  metric: 'close-rate',
  version: 1,
  position: 9,
  range: { from: null, to: null },
  definitions: { closeRate: 'won / leads' },
  rows: [
    { by: { origin: null, entered: '2018-01' }, leads: 60, closeRate: 0.25, openValue: [], stage: 'lead' },
    {
      by: { origin: 'so\u001bcial', entered: '2018-01' },
      leads: 1_350,
      closeRate: null,
      openValue: [],
      stage: 'mql',
    },
  ],
  quality: [
    { reason: 'won-before-first-touch', count: 1, kept: true, entities: ['b91c'] },
    { reason: 'no-first-touch', count: 25, kept: false, entities: ['a', 'b', 'c', 'd'] },
  ],
} as unknown as MetricAnswer;

describe('an answer', () => {
  it('is flat rows, groups first', () => {
    expect(Object.keys(flatRows(answer)[0] ?? {})).toEqual([
      'origin',
      'entered',
      'leads',
      'closeRate',
      'openValue',
      'stage',
    ]);
  });

  it('is a table in which what is missing is not a word of the data', () => {
    expect(
      answerTable(answer, null)
        .split('\n')
        .map(line => line.split(/ {2,}/).map(cell => cell.trim())),
    ).toEqual([
      ['origin', 'entered', 'leads', 'close rate', 'open value', 'stage'],
      [expect.stringMatching(/^─+$/)],
      ['(none)', '2018-01', '60', '25.0 %', '–', 'lead'],
      ['so\\u001bcial', '2018-01', '1,350', '–', '–', 'mql'],
    ]);
  });

  it('has lists of numbers below each other, and nothing where a list has ended', () => {
    const rows = [
      { by: {}, cohort: '2018-01', size: 955, active: [955, 0, 1_337] },
      { by: {}, cohort: '2018-02', size: 40, active: [40, 7] },
    ] as unknown as MetricAnswer['rows'];
    expect(answerTable({ ...answer, rows }, null)).toBe(
      [
        'cohort   size   +0  +1     +2',
        '─────────────────────────────',
        '2018-01   955  955   0  1,337',
        '2018-02    40   40   7',
      ].join('\n'),
    );
  });

  it('leaves the last numbers out where a terminal is too narrow for them, and says so', () => {
    const rows = [
      {
        by: { origin: 'organic_search' },
        stage: 'opportunity',
        count: 1_500,
        openValue: 12_345_678,
        left: 87_654_321,
      },
    ] as unknown as MetricAnswer['rows'];
    const lines = answerTable({ ...answer, rows }, 45).split('\n');
    expect(lines.slice(0, -1).every(line => line.length <= 45)).toBe(true);
    expect(lines.at(-2)).toBe('organic_search opportunity 1,500 12,345,678');
    expect(lines.at(-1)).toBe('… and 1 more column; --csv and --json have them all');
  });

  it('has as many of a list of numbers as fit the terminal', () => {
    const rows = [
      { by: {}, cohort: '2018-01', active: Array.from({ length: 60 }, (_, later) => 100 + later) },
    ] as unknown as MetricAnswer['rows'];
    const lines = answerTable({ ...answer, rows }, 40).split('\n');
    expect(lines[2]).toBe('2018-01 100 101 102 103 104 105 106 107');
    expect(lines[3]).toBe('… and 52 more columns; --csv and --json have them all');
    expect(answerTable({ ...answer, rows }, null)).toContain(' 159');
  });

  it('comes with its definitions and what is doubtful', () => {
    expect(answerNotes(answer)).toEqual([
      'close rate: won / leads',
      'data quality: won-before-first-touch, 1 kept in the totals (b91c)',
      'data quality: no-first-touch, 25 left out of the totals (a, b, c, …)',
    ]);
  });

  it('needs no definitions where there are no rows', () => {
    expect(answerNotes({ ...answer, rows: [], quality: [] })).toEqual([]);
  });
});
