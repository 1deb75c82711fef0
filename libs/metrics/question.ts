import type { Context } from '../projecting/context.ts';
import type { CellQuery, DimensionValue, Grain, GroupBy } from '../read-store/port.ts';
import type { Metric, MetricQuery } from './define.ts';
import { InvalidQuery } from './errors.ts';
import { readFraming, type Framing } from './framing.ts';
import { isDay, readPeriod } from './period.ts';

/** A dimension that was asked for, by the metric's name for it. */
export interface Asked {
  readonly name: string;
  readonly dimension: string;
  /** Of a day dimension. */
  readonly grain: Grain | null;
}

/** A checked query. */
export interface Question {
  readonly asked: readonly Asked[];
  readonly cells: CellQuery;
  /** The context that entities' states answer in where cells can't; null where cells can. */
  readonly scan: Context | null;
  /** Of a metric with periods. */
  readonly framing: Framing | null;
}

const most = { by: 4, where: 1_000 } as const;

/** How much of `YYYY-MM-DD` names a period of the grain. */
export const width = { day: 10, month: 7, year: 4 } as const;
const example = { day: '2018-02-03', month: '2018-02', year: '2018' } as const;

/** Checks a query against a metric. @throws InvalidQuery */
export const readQuestion = (metric: Metric, query: MetricQuery, context: Context): Question => {
  const params = readParams(metric, query.params);
  const asked = query.by.map(name => find(metric, 'by', name));
  if (asked.length > most.by) throw new InvalidQuery('by', `at most ${most.by} dimensions at once`);
  const twice = query.by.find((name, at) => query.by.indexOf(name) < at);
  if (twice !== undefined) throw new InvalidQuery('by', `"${twice}" is asked for twice`);
  const period = readPeriod(query.from, query.to, context.calendar);
  const framing = readFraming(metric, query.grain, period);
  const { days, clipped, instants } = period;
  const bounded = days.from !== undefined || days.to !== undefined;
  const selected = metric.selects?.(params, context) ?? { where: {}, kept: Object.keys(params).length === 0 };
  const base = {
    by: groups(asked, metric.cells.by ?? []),
    where: { ...readWhere(metric, query.where), ...selected.where },
  };
  if (framing !== null) {
    const kept = selected.kept && clipped === null && framing.answered;
    const { since, ...whole } = framing;
    return {
      asked,
      framing: kept ? framing : whole,
      cells: {
        ...base,
        measures: [
          ...metric.cells.measures,
          framing.measure,
          ...(kept && since !== undefined ? [since] : []),
        ],
        by: [...base.by, framing.by],
        ...(framing.range && { range: framing.range }),
      },
      scan: kept ? null : { ...context, params: { ...params, ...instants } },
    };
  }
  return {
    asked,
    framing,
    cells: {
      ...base,
      measures: metric.cells.measures,
      ...(bounded && { range: { dimension: metric.cells.on, ...days } }),
    },
    scan: clipped || !selected.kept ? { ...context, params, calendar: clipped ?? context.calendar } : null,
  };
};

const find = (metric: Metric, path: string, name: string): Asked => {
  const { dimensions } = metric.cells;
  const found = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
  if (Object.keys(dimensions).length === 0)
    throw new InvalidQuery(path, `${metric.name} has no dimensions to break down or narrow by`);
  if (found === undefined)
    throw new InvalidQuery(path, `unknown dimension "${name.slice(0, 60)}"`, Object.keys(dimensions));
  return typeof found === 'string'
    ? { name, dimension: found, grain: null }
    : { name, dimension: found.dimension, grain: found.grain ?? 'day' };
};

/** Each dimension once, a day dimension at the finest grain that was asked for: coarser ones follow from it. */
const groups = (asked: readonly Asked[], more: readonly string[]): readonly GroupBy[] => {
  const grains = new Map<string, Grain | null>();
  for (const { dimension, grain } of asked) {
    const before = grains.get(dimension);
    if (!before || !grain || width[grain] > width[before]) grains.set(dimension, grain);
  }
  for (const dimension of more) grains.set(dimension, null);
  return [...grains].map(([dimension, grain]) => (grain ? { dimension, grain } : { dimension }));
};

const readWhere = (metric: Metric, where: MetricQuery['where']): CellQuery['where'] => {
  if (where.length > most.where) throw new InvalidQuery('where', `at most ${most.where} values`);
  const byName = new Map<string, { dimension: string; values: Set<DimensionValue> }>();
  for (const { dimension: name, value } of where) {
    const { dimension, grain } = find(metric, 'where', name);
    if (grain !== null && !isPeriod(value, grain))
      throw new InvalidQuery('where', `"${value ?? ''}" is no ${grain} for ${name}: ${example[grain]}`);
    const known = byName.get(name) ?? { dimension, values: new Set() };
    byName.set(name, { dimension, values: known.values.add(value) });
  }
  const byDimension = new Map<string, readonly DimensionValue[]>();
  for (const { dimension, values } of byName.values()) {
    const before = byDimension.get(dimension);
    byDimension.set(dimension, before === undefined ? [...values] : periodsInBoth(before, [...values]));
  }
  return Object.fromEntries(byDimension);
};

const isPeriod = (value: string | null, grain: Grain): boolean =>
  value?.length === width[grain] && isDay(value + '-01-01'.slice(value.length - 4));

/** Two names of one day dimension are ANDed: of a year and a month of it, the month. */
const periodsInBoth = (
  a: readonly DimensionValue[],
  b: readonly DimensionValue[],
): readonly DimensionValue[] =>
  a.flatMap(x =>
    b.flatMap(y => {
      const [short, long] =
        String(x).length < String(y).length ? [String(x), String(y)] : [String(y), String(x)];
      return long.startsWith(short) ? [long] : [];
    }),
  );

const readParams = (metric: Metric, params: MetricQuery['params']): MetricQuery['params'] => {
  const known = metric.params ?? {};
  for (const [name, value] of Object.entries(params)) {
    const parameter = Object.hasOwn(known, name) ? known[name] : undefined;
    if (parameter === undefined)
      throw new InvalidQuery(name, `${metric.name} has no parameter "${name.slice(0, 60)}"`, [
        'from',
        'to',
        'by',
        ...(metric.periods ? ['grain'] : []),
        'where',
        ...Object.keys(known),
      ]);
    const { minimum, maximum } = parameter;
    if (!Number.isInteger(value) || value < minimum || value > maximum)
      throw new InvalidQuery(name, `${name} must be a whole number from ${minimum} to ${maximum}`);
  }
  return params;
};
