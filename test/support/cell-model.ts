import type { CellDelta, CellQuery, CellRow, DimensionValue } from '../../libs/read-store/port.ts';

const days: ReadonlySet<string> = new Set(['won', 'entered']);
const lengths = { day: 10, month: 7, year: 4 } as const;

/** The answer to a query, contribution by contribution, day by day, without any roll-up. */
export const cellsByHand = (deltas: readonly CellDelta[], query: CellQuery): readonly CellRow[] => {
  const asked = [...query.by.map(({ dimension }) => dimension), ...Object.keys(query.where)];
  if (query.range) asked.push(query.range.dimension);
  const day = asked.find(name => days.has(name));
  const counted = deltas.filter(
    ({ cell }) => (day === undefined || day in cell) && inWhere(cell, query) && inRange(cell, query),
  );
  const groups = new Map<string, { by: DimensionValue[]; sums: number[] }>();
  for (const { cell, add } of counted) {
    const by = query.by.map(({ dimension, grain }) => {
      const value = cell[dimension] ?? null;
      return days.has(dimension) && typeof value === 'string'
        ? value.slice(0, lengths[grain ?? 'day'])
        : value;
    });
    const key = JSON.stringify(by);
    const group = groups.get(key) ?? { by, sums: query.measures.map(() => 0) };
    query.measures.forEach((measure, at) => (group.sums[at]! += add[measure] ?? 0));
    groups.set(key, group);
  }
  return [...groups.values()]
    .filter(({ sums }) => sums.some(sum => sum !== 0))
    .sort((a, b) => compareGroups(a.by, b.by))
    .map(({ by, sums }) => ({
      by: Object.fromEntries(query.by.map(({ dimension }, at) => [dimension, by[at]!])),
      sums: Object.fromEntries(query.measures.map((measure, at) => [measure, sums[at]!])),
    }));
};

const inWhere = (cell: CellDelta['cell'], { where }: CellQuery): boolean =>
  Object.entries(where).every(([name, values]) => {
    const value = cell[name] ?? null;
    return values.some(wanted =>
      days.has(name) && value !== null && wanted !== null
        ? String(value).startsWith(String(wanted))
        : value === wanted,
    );
  });

const inRange = (cell: CellDelta['cell'], { range }: CellQuery): boolean => {
  if (!range) return true;
  const value = cell[range.dimension];
  return typeof value === 'string' && value >= (range.from ?? '') && value < (range.to ?? '~');
};

const compareGroups = (a: readonly DimensionValue[], b: readonly DimensionValue[]): number =>
  a.map((value, at) => compare(value, b[at]!)).find(order => order !== 0) ?? 0;

const compare = (a: DimensionValue, b: DimensionValue): number => {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
};
