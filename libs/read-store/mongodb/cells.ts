import type { Document, Filter } from 'mongodb';

import type { DayPlan } from '../plan.ts';
import type { CellQuery, CellRow, DimensionValue } from '../port.ts';
import { answerRows, type FoundRow } from '../rows.ts';
import { planReads, type CellRead, type Summary } from '../summaries.ts';
import type { Collections } from './collections.ts';
import type { View } from './consistent.ts';
import type { CellDocument } from './documents.ts';
import { fromNumber, plus, type Exact } from './numbers.ts';
import { field, fromField, matches } from './values.ts';

/** Length of a bucket. */
const width = { year: 4, month: 7, day: 10 } as const;

/** Totals to add up or, with −1, to take away. */
interface Part {
  readonly filter: Filter<CellDocument>;
  readonly sign: 1 | -1;
}

/** Prepares what answers cell queries of one generation; totals are added up here, each read once. */
export const cellReader = (
  { cells }: Pick<Collections, 'cells'>,
  totals: readonly [Summary, ...Summary[]],
): ((query: CellQuery, view: View) => Promise<readonly CellRow[]>) => {
  const find = async (read: CellRead, { closed }: View): Promise<readonly FoundRow[]> => {
    const { plan, shape } = read;
    const filters = partsOf(read);
    const rows = new Map<string, { readonly by: readonly DimensionValue[]; sums: readonly Exact[] }>();
    const projection = Object.fromEntries(fieldsOf(read).map(name => [name, 1]));
    const each = async ({ filter, sign }: Part): Promise<void> => {
      for await (const cell of cells.find(filter, { projection })) {
        const letter = cell.batch <= closed ? 'm' : 'p';
        const by = plan.by.map(({ at }): DimensionValue => {
          if (at !== null) return fromField(cell[field('d', at)]);
          return cell.grain === 'none' ? null : cell.bucket.slice(0, width[plan.day?.grain ?? 'day']);
        });
        const adds = plan.measures.map(({ at }) => fromNumber(cell[field(letter, at)]));
        const key = JSON.stringify(by);
        const sums = rows.get(key)?.sums ?? adds.map(() => 0);
        rows.set(key, { by, sums: sums.map((sum, at) => plus(sum, signed(adds[at] ?? 0, sign))) });
      }
    };
    if (shape.measures.length > 0 && plan.measures.length > 0) await Promise.all(filters.map(each));
    return [...rows.values()].map(({ by, sums }) => ({ by, sums: sums.map(Number) }));
  };

  return async (query, view) => {
    const reads = planReads(totals, query);
    const found = await Promise.all(reads.map(read => find(read, view)));
    return answerRows(
      query.by.map(({ dimension }) => dimension),
      query.measures,
      found.flat(),
    );
  };
};

const signed = (add: Exact, sign: 1 | -1): Exact => (sign === 1 ? add : plus(0, -add));

const partsOf = ({ place, shape, plan }: CellRead): readonly Part[] => {
  const wishes = plan.where.map(({ at, values }): [string, Document] => {
    const type = shape.plain[at]?.type ?? 'text';
    return [field('d', at), { $in: [...new Set(values.flatMap(value => matches(type, value)))] }];
  });
  const filter = Object.fromEntries(wishes);
  if (plan.day !== null)
    return spansOf(plan.day).map(({ sign, ...span }) => ({
      filter: { t: place, ...span.filter, ...filter },
      sign,
    }));
  return [-1, ...shape.days.keys()].map(on => ({
    filter: { t: place, on, grain: 'all', ...filter },
    sign: 1,
  }));
};

const spansOf = ({ at: on, spans, withNull }: DayPlan): readonly Part[] => {
  const parts = spans.map(({ grain, from, to, minus }): Part => ({
    filter: {
      on,
      grain,
      bucket: { $gte: from ?? '', ...(to === undefined ? {} : { $lt: to }) },
    },
    sign: minus === true ? -1 : 1,
  }));
  return withNull ? [...parts, { filter: { on, grain: 'none' }, sign: 1 }] : parts;
};

const fieldsOf = ({ plan }: CellRead): readonly string[] => [
  'batch',
  'grain',
  'bucket',
  ...plan.by.flatMap(({ at }) => (at === null ? [] : [field('d', at)])),
  ...plan.measures.flatMap(({ at }) => [field('m', at), field('p', at)]),
];
