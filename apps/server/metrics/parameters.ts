import type { Metric, MetricQuery } from '../../../libs/metrics/define.ts';
import {
  atLeast,
  conditions,
  dayOrInstant,
  grain,
  integer,
  list,
  type Condition,
} from '../http/parameter-kinds.ts';
import { readParameters, type Parameter, type Parameters } from '../http/parameters.ts';

const ranges: Readonly<Record<string, string>> = {
  'sales-cycle': 'the day the deal was won',
  churn: 'the periods, cutting those at the edges',
  retention: 'the day of the first purchase',
  revenue: 'the day of the order',
};

/** The parameters that a metric takes over HTTP: the usual ones and its own. */
export const metricParameters = (metric: Metric): Parameters => {
  const dimensions = dimensionsOf(metric);
  const [first] = dimensions;
  const selects = ranges[metric.name] ?? (metric.periods === undefined ? "the lead's entry" : 'the periods');
  const own = Object.entries(metric.params ?? {}).map(([name, { description, minimum, maximum }]) => [
    name,
    integer(description, { minimum, maximum, example: Math.min(maximum, 30) }),
  ]);
  return {
    from: dayOrInstant(
      `Selects on ${selects}, inclusive; a date of the workspace's zone or an instant`,
      '2018-01-01',
    ),
    to: dayOrInstant(`Exclusive; all of history where left out`, '2018-07-01'),
    ...(metric.periods === undefined ? {} : { grain: grain(Object.keys(metric.periods.grains)) }),
    ...(first === undefined
      ? {}
      : {
          by: list(`Dimensions to break down by: ${dimensions.join(', ')}`, first),
          where: conditions(`${first}:social`),
        }),
    ...(Object.fromEntries(own) as Readonly<Record<string, Parameter<number | undefined>>>),
    atLeast,
  };
};

/** What `by` and `where` may name. */
export const dimensionsOf = (metric: Metric): readonly string[] => Object.keys(metric.cells.dimensions);

/** @throws BadRequest */
export const readMetricQuery = (
  metric: Metric,
  parameters: Parameters,
  query: unknown,
): { readonly query: MetricQuery; readonly atLeast: number | undefined } => {
  const values = readParameters(parameters, query);
  const params = Object.keys(metric.params ?? {}).flatMap(name =>
    typeof values[name] === 'number' ? [[name, values[name]] as const] : [],
  );
  const from = values.from as string | undefined;
  const to = values.to as string | undefined;
  return {
    query: {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(typeof values.grain === 'string' ? { grain: values.grain } : {}),
      // A metric without dimensions has neither parameter.
      by: (values.by ?? []) as readonly string[],
      where: (values.where ?? []) as readonly Condition[],
      params: Object.fromEntries(params),
    },
    atLeast: values.atLeast as number | undefined,
  };
};
