import { describe, expect, it } from '@jest/globals';
import { importStep } from './import-progress.ts';

const counts = { rows: 0, appended: 0, duplicates: 0, ignored: 0, refused: 0 };
const file = { file: '/data/lines.csv', bytesRead: 100_000, bytesTotal: 400_000 };

describe('the progress of an import', () => {
  it('is what was read of the file', () => {
    expect(importStep({ ...file, ...counts, rows: 1_200, refused: 2 })).toEqual({
      done: 100,
      total: 400,
      note: 'lines.csv: 1,200 rows, 2 refused',
    });
  });

  it('is half done when all rows are put aside, and done when all are taken', () => {
    const whole = { ...file, bytesRead: 400_000, ...counts };
    expect(importStep({ ...file, ...counts, rows: 5, aside: { rows: 1_000, taken: 0 } })).toEqual({
      done: 50,
      total: 400,
      note: 'lines.csv: 1,005 rows, 1,000 of them to be grouped',
    });
    expect(importStep({ ...whole, aside: { rows: 1_000, taken: 0 } }).done).toBe(200);
    expect(importStep({ ...whole, rows: 500, aside: { rows: 1_000, taken: 500 } })).toMatchObject({
      done: 300,
      note: 'lines.csv: 1,000 rows, 500 of them to be grouped',
    });
    expect(importStep({ ...whole, rows: 1_000, aside: { rows: 1_000, taken: 1_000 } })).toMatchObject({
      done: 400,
      note: 'lines.csv: 1,000 rows',
    });
  });

  it('is done when nothing was to be put aside', () => {
    expect(importStep({ ...file, bytesRead: 400_000, ...counts, aside: { rows: 0, taken: 0 } }).done).toBe(
      400,
    );
  });
});
