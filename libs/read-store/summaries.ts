import { planCells, type CellPlan } from './plan.ts';
import type { CellQuery, CellSchema } from './port.ts';
import { shapeOf, type Shape } from './shape.ts';

/** Totals by some of the plain dimensions, kept beside those by all of them. */
export interface Summary {
  readonly shape: Shape;
  /** Where its plain dimensions stand in the whole shape. */
  readonly places: readonly number[];
}

/** The schema's totals: those by all dimensions first, then its summaries in order. */
export const totalsOf = (schema: CellSchema): readonly [Summary, ...Summary[]] => {
  const whole = shapeOf(schema);
  const summaries = (schema.summaries ?? []).map((names): Summary => {
    const places = [...whole.plain.keys()].filter(at => names.includes(whole.plain[at]?.name ?? ''));
    return { shape: { ...whole, plain: places.flatMap(at => whole.plain[at] ?? []) }, places };
  });
  return [{ shape: whole, places: [...whole.plain.keys()] }, ...summaries];
};

/** A part of a query, and the totals that answer it. */
export interface CellRead {
  /** Place in `totalsOf`. */
  readonly place: number;
  readonly shape: Shape;
  readonly plan: CellPlan;
}

/**
 * Plans a query: from the totals by the fewest dimensions that hold what it names, single days from those by all. The
 * answer is the sum of the parts.
 *
 * @throws as `planCells`
 */
export const planReads = (
  totals: readonly [Summary, ...Summary[]],
  query: CellQuery,
): readonly CellRead[] => {
  const [{ shape: whole }] = totals;
  const all: CellRead = { place: 0, shape: whole, plan: planCells(whole, query) };
  const place = narrowest(totals, query);
  const shape = totals[place]?.shape ?? whole;
  if (place === 0) return [all];
  const { day, ...plan } = planCells(shape, query);
  if (day === null) return [{ place, shape, plan: { ...plan, day } }];
  const days = day.spans.filter(({ grain }) => grain === 'day');
  const longer = day.spans.filter(({ grain }) => grain !== 'day');
  const parts: CellRead[] = [];
  if (longer.length > 0) parts.push({ place, shape, plan: { ...plan, day: { ...day, spans: longer } } });
  const rest = { ...day, spans: days, withNull: day.withNull && longer.length === 0 };
  if (rest.spans.length > 0 || rest.withNull) parts.push({ ...all, plan: { ...all.plan, day: rest } });
  return parts;
};

/** Place of the totals by the fewest dimensions that hold what the query names; of several, the first. */
const narrowest = (totals: readonly Summary[], query: CellQuery): number => {
  const asked = [...query.by.map(({ dimension }) => dimension), ...Object.keys(query.where)];
  let best = 0;
  for (const [at, { shape }] of totals.entries()) {
    const holds = (name: string): boolean =>
      shape.days.includes(name) || shape.plain.some(plain => plain.name === name);
    const fewer = shape.plain.length < (totals[best]?.shape.plain.length ?? 0);
    if (fewer && asked.every(holds)) best = at;
  }
  return best;
};
