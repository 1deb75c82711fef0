import { cover, lessDays, type Span } from './cover.ts';
import { daysOf, intersect, isDay, unite, type Days } from './days.ts';
import { InvalidRequest, UnknownDimension } from './errors.ts';
import type { CellQuery, DimensionValue, Grain } from './port.ts';
import { knownNames, type Shape } from './shape.ts';

/** A checked query: which stored totals to add up, and how. */
export interface CellPlan {
  /** Places in the shape's measures. */
  readonly measures: readonly { readonly name: string; readonly at: number }[];
  /** Places in the shape's plain dimensions; null stands for the day dimension. */
  readonly by: readonly { readonly name: string; readonly at: number | null }[];
  readonly where: readonly { readonly at: number; readonly values: readonly DimensionValue[] }[];
  /** The day dimension of the query; null: all totals of grain `all`. */
  readonly day: DayPlan | null;
}

export interface DayPlan {
  /** Place in the shape's days. */
  readonly at: number;
  /** Rows to read: each day once, those taken away subtracted. */
  readonly spans: readonly Span[];
  /** Whether contributions with a null day count. */
  readonly withNull: boolean;
  /** The grain of the groups; rows are no coarser. */
  readonly grain: Grain;
}

/** @throws UnknownDimension; InvalidRequest for a day that is none or a dimension that is grouped by twice */
export const planCells = (shape: Shape, query: CellQuery): CellPlan => {
  const known = knownNames(shape);
  const find = (names: readonly string[], name: string): number => {
    const at = names.indexOf(name);
    if (at < 0) throw new UnknownDimension(name, known);
    return at;
  };
  const plainNames = shape.plain.map(({ name }) => name);
  const onDay = (name: string): boolean => shape.days.includes(name);
  const byNames = query.by.map(({ dimension }) => dimension);
  if (new Set(byNames).size < byNames.length)
    throw new InvalidRequest('query', `a dimension is grouped by twice: ${byNames.join(', ')}`);
  const coarse = query.by.find(({ dimension, grain }) => grain !== undefined && !onDay(dimension));
  if (coarse) {
    find(plainNames, coarse.dimension);
    throw new InvalidRequest('query', `${coarse.dimension} is no day dimension and has no grain`);
  }
  const where = Object.entries(query.where);
  return {
    measures: query.measures.map(name => ({ name, at: find(shape.measures, name) })),
    by: byNames.map(name => ({ name, at: onDay(name) ? null : find(plainNames, name) })),
    where: where
      .filter(([name]) => !onDay(name))
      .map(([name, values]) => ({ at: find(plainNames, name), values })),
    day: planDay(shape, query, known),
  };
};

const grains: ReadonlySet<string> = new Set(['day', 'month', 'year']);

const planDay = (shape: Shape, query: CellQuery, known: readonly string[]): DayPlan | null => {
  const names = new Set([...query.by.map(({ dimension }) => dimension), ...Object.keys(query.where)]);
  const days = [...names].filter(name => shape.days.includes(name));
  const ranged = query.range?.dimension;
  if (ranged !== undefined) {
    if (!shape.days.includes(ranged))
      throw new UnknownDimension(
        ranged,
        shape.days,
        `"${ranged}" is no day dimension; there are: ${shape.days.join(', ')}`,
      );
    if (!days.includes(ranged)) days.push(ranged);
  }
  const [name, other] = days;
  if (name === undefined) return null;
  if (other !== undefined)
    throw new UnknownDimension(
      other,
      known,
      `a query holds at most one day dimension, not both ${name} and ${other}`,
    );
  const grouped = query.by.find(({ dimension }) => dimension === name);
  const grain = grouped ? (grouped.grain ?? 'day') : 'year';
  if (!grains.has(grain)) throw new InvalidRequest('query', `"${grain}" is no grain: day, month, year`);
  const values = Object.hasOwn(query.where, name) ? query.where[name] : undefined;
  const asked: readonly Days[] = values
    ? unite(values.filter(value => value !== null).map(value => daysOf(String(value))))
    : [{}];
  const range = rangeOf(query.range);
  return {
    at: shape.days.indexOf(name),
    spans: asked.flatMap(days => {
      const spans = cover(intersect(days, range), grain);
      return grain === 'day' ? spans : lessDays(spans);
    }),
    withNull: query.range === undefined && (values?.includes(null) ?? true),
    grain,
  };
};

const rangeOf = (range: CellQuery['range']): Days => {
  for (const bound of [range?.from, range?.to])
    if (bound !== undefined && !isDay(bound))
      throw new InvalidRequest('day', `"${bound}" is no day: 2018-02-03`);
  return {
    ...(range?.from === undefined ? {} : { from: range.from }),
    ...(range?.to === undefined ? {} : { to: range.to }),
  };
};
