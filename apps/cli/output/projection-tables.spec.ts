import { describe, expect, it } from '@jest/globals';
import type { CellDifference, ProjectionStatus } from '../../../libs/projecting/port.ts';
import { differenceTable, parkedTable, statusTable } from './projection-tables.ts';

const cells = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .slice(2)
    .map(line => line.split(/ {2,}/).map(cell => cell.trim()));

const status: ProjectionStatus = {
  name: 'lead-funnel',
  version: 2,
  generation: 7,
  status: 'building',
  position: 40_000,
  head: 100_000,
  lag: 60_000,
  rate: 20_000,
  etaSeconds: 3,
  parked: 1,
};

describe('statusTable', () => {
  it('shows how far each is and how long it takes', () => {
    const idle = { ...status, status: 'live', position: 100_000, lag: 0, rate: null, etaSeconds: 0 } as const;
    expect(cells(statusTable([status, idle], null))).toEqual([
      ['lead-funnel', '2', '7', 'building', '40,000', '60,000', '20,000', '3 s', '1'],
      ['lead-funnel', '2', '7', 'live', '100,000', '0', '–', '–', '1'],
    ]);
  });
});

describe('differenceTable', () => {
  it('has a line for each measure that differs, live and held side by side', () => {
    const found: readonly CellDifference[] = [
      { cell: { origin: null, stage: 'lead' }, live: { leads: 3, left: 1 }, held: { leads: 5, left: 1 } },
      { cell: { origin: 'social', days: 4 }, live: {}, held: { left: 1_000 } },
    ];
    expect(cells(differenceTable(found, null))).toEqual([
      ['(none)', 'lead', 'leads', '3', '5', '2'],
      ['social', '4', 'left', '0', '1,000', '1,000'],
    ]);
  });
});

describe('parkedTable', () => {
  it('tells events that failed from those that wait', () => {
    const event = { projection: 'lead-funnel', entity: 'a', eventId: 'e1', type: 'LeadCaptured', raw: {} };
    const found = [
      { ...event, position: 7, error: 'no origin\nat all' },
      { ...event, position: 9, eventId: 'e2', error: null },
    ];
    expect(cells(parkedTable(found, null))).toEqual([
      ['lead-funnel', 'a', '7', 'e1', 'LeadCaptured', 'no origin\\u000aat all'],
      ['lead-funnel', 'a', '9', 'e2', 'LeadCaptured', 'waits behind an earlier one'],
    ]);
  });
});
