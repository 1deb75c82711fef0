import type { SchemaObject } from '../http/schema-object.ts';
import type { Metric, MetricAnswer, MetricRow, MetricValue } from '../../../libs/metrics/define.ts';
import { noFrame } from '../../../libs/metrics/framing.ts';
import type { Context } from '../../../libs/projecting/context.ts';
import { exampleRows } from './example-rows.ts';
import { dimensionsOf } from './parameters.ts';

/** Rows as documentation shows them: known ones where somebody wrote them, else those of an empty read model. */
const rowsOf = (metric: Metric, context: Context): readonly MetricRow[] =>
  exampleRows[metric.name] ?? metric.rows([], context, noFrame);

/** What a metric answers, as an example. */
export const metricExample = (metric: Metric, context: Context): MetricAnswer => {
  const [dimension] = dimensionsOf(metric);
  return {
    metric: metric.name,
    version: metric.version,
    position: 81_234,
    range: { from: '2018-01-01', to: '2018-07-01' },
    definitions: metric.definitions,
    rows: rowsOf(metric, context).map(row =>
      Object.assign({ by: dimension === undefined ? {} : { [dimension]: 'social' } }, row),
    ),
    quality: metric.periods
      ? []
      : [{ reason: 'won-before-first-touch', count: 1, kept: true, entities: ['lead-4711'] }],
  };
};

/** JSON Schema of a metric's answer. */
export const metricSchema = (metric: Metric, context: Context): SchemaObject => ({
  type: 'object',
  required: ['metric', 'version', 'position', 'range', 'definitions', 'rows', 'quality'],
  properties: {
    metric: { type: 'string', enum: [metric.name] },
    version: { type: 'integer', description: "Of the metric's definition" },
    position: { type: 'integer', description: 'Of the log, that it was computed at' },
    range: {
      type: 'object',
      properties: { from: nullable({ type: 'string' }), to: nullable({ type: 'string' }) },
    },
    definitions: { type: 'object', additionalProperties: { type: 'string' } },
    rows: { type: 'array', items: rowSchema(metric, rowsOf(metric, context)) },
    quality: { type: 'array', items: quality },
  },
});

const rowSchema = (metric: Metric, rows: readonly MetricRow[]): SchemaObject => ({
  type: 'object',
  required: ['by'],
  properties: {
    by: {
      type: 'object',
      description: 'The group: a value per dimension asked for, null where the data has none',
      additionalProperties: nullable({ type: 'string' }),
    },
    ...Object.fromEntries(
      Object.entries(rows[0] ?? {}).map(([name, value]) => [
        name,
        { ...valueSchema(value), ...describe(metric.definitions[name]) },
      ]),
    ),
  },
});

const describe = (description: string | undefined): SchemaObject =>
  description === undefined ? {} : { description };

const valueSchema = (value: MetricValue): SchemaObject => {
  if (typeof value === 'string') return { type: 'string' };
  if (Array.isArray(value))
    return typeof value[0] === 'number'
      ? { type: 'array', items: { type: 'integer' } }
      : { type: 'array', items: money, description: 'One per currency' };
  return nullable({ type: 'number' });
};

const nullable = (schema: SchemaObject): SchemaObject => ({ ...schema, nullable: true });

const money: SchemaObject = {
  type: 'object',
  properties: { amount: { type: 'integer', description: 'Minor units' }, currency: { type: 'string' } },
};

const quality: SchemaObject = {
  type: 'object',
  description: 'A finding about the data behind the answer',
  properties: {
    reason: { type: 'string' },
    count: { type: 'integer' },
    kept: { type: 'boolean', description: 'Whether these count in the rows' },
    entities: { type: 'array', items: { type: 'string' }, description: 'The first twenty, by id' },
  },
};
