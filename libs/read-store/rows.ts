import { InvalidRequest } from './errors.ts';
import type { CellRow, DimensionValue } from './port.ts';
import { compareText } from './text.ts';

/** Sums of some stored totals, as a database found them: the group's values in order, then one sum per measure. */
export interface FoundRow {
  readonly by: readonly DimensionValue[];
  readonly sums: readonly number[];
}

/**
 * Makes the answer of what was found: groups that became the same are added up, rows of zeros left out, the rest sorted,
 * null first, text by code point, integers by number.
 *
 * @throws InvalidRequest when a sum leaves the safe integers
 */
export const answerRows = (
  by: readonly string[],
  measures: readonly string[],
  found: Iterable<FoundRow>,
): readonly CellRow[] => {
  const groups = new Map<string, { by: readonly DimensionValue[]; sums: number[] }>();
  for (const row of found) {
    const key = JSON.stringify(row.by);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { by: row.by, sums: row.sums.map(checked) });
    else row.sums.forEach((sum, at) => (group.sums[at] = checked((group.sums[at] ?? 0) + checked(sum))));
  }
  return [...groups.values()]
    .filter(({ sums }) => sums.some(sum => sum !== 0))
    .sort((a, b) => compareGroups(a.by, b.by))
    .map(group => ({
      by: Object.fromEntries(by.map((name, at) => [name, group.by[at] ?? null])),
      sums: Object.fromEntries(measures.map((name, at) => [name, group.sums[at] ?? 0])),
    }));
};

const checked = (sum: number): number => {
  if (!Number.isSafeInteger(sum)) throw new InvalidRequest('total', 'a total is beyond the safe integers');
  return sum;
};

const compareGroups = (a: readonly DimensionValue[], b: readonly DimensionValue[]): number => {
  for (let at = 0; at < a.length; at++) {
    const order = compareValues(a[at] ?? null, b[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
};

const compareValues = (a: DimensionValue, b: DimensionValue): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(String(a), String(b));
};
