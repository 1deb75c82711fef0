import { deltaReader, type Addition } from '../read-store/deltas.ts';
import { planCells, type CellPlan } from '../read-store/plan.ts';
import type { CellDelta, CellQuery, CellRow, CellSchema, DimensionValue } from '../read-store/port.ts';
import { answerRows, type FoundRow } from '../read-store/rows.ts';
import { shapeOf } from '../read-store/shape.ts';

/** Adds up contributions one after another, and answers a query over them as `ReadStore.cells` would. */
export interface CellSums {
  readonly add: (contributions: readonly CellDelta[]) => void;
  readonly rows: () => readonly CellRow[];
}

/** Whether a contribution counts in a query, in any of its groups. */
export type Counts = (contribution: CellDelta) => boolean;

const grainLength = { day: 10, month: 7, year: 4 } as const;

/** @throws UnknownDimension, InvalidRequest as `ReadStore.cells` does */
export const sumCells = (schema: CellSchema, query: CellQuery): CellSums => {
  const plan = planCells(shapeOf(schema), query);
  const read = deltaReader(shapeOf(schema));
  const groups = new Map<string, { by: readonly DimensionValue[]; sums: number[] }>();
  return {
    add: contributions => {
      for (const contribution of contributions) {
        const addition = read(contribution);
        if (!matches(plan, addition)) continue;
        const by = plan.by.map(({ at }) => groupValue(plan, addition, at));
        const key = JSON.stringify(by);
        let group = groups.get(key);
        if (group === undefined) groups.set(key, (group = { by, sums: plan.measures.map(() => 0) }));
        const { sums } = group;
        plan.measures.forEach(({ at }, index) => {
          sums[index] = (sums[index] ?? 0) + (addition.adds[at] ?? 0);
        });
      }
    },
    rows: () => {
      const found: Iterable<FoundRow> = groups.values();
      return answerRows(
        plan.by.map(({ name }) => name),
        plan.measures.map(({ name }) => name),
        found,
      );
    },
  };
};

/** Tells the contributions that a query with these conditions adds up. @throws as `sumCells` */
export const countsIn = (schema: CellSchema, where: CellQuery['where']): Counts => {
  const plan = planCells(shapeOf(schema), { measures: [], by: [], where });
  const read = deltaReader(shapeOf(schema));
  return contribution => matches(plan, read(contribution));
};

const matches = (plan: CellPlan, { on, day, plain }: Addition): boolean =>
  plan.where.every(({ at, values }) => values.includes(plain[at] ?? null)) &&
  (plan.day === null || (on === plan.day.at && onDay(plan.day, day)));

const onDay = ({ spans, withNull }: NonNullable<CellPlan['day']>, day: string | null): boolean =>
  day === null
    ? withNull
    : spans.reduce((times, { grain, from, to, minus }) => {
        const bucket = day.slice(0, grainLength[grain]);
        const holds = (from === undefined || bucket >= from) && (to === undefined || bucket < to);
        return holds ? times + (minus ? -1 : 1) : times;
      }, 0) > 0;

const groupValue = (plan: CellPlan, { day, plain }: Addition, at: number | null): DimensionValue => {
  if (at !== null) return plain[at] ?? null;
  return day === null || plan.day === null ? day : day.slice(0, grainLength[plan.day.grain]);
};
