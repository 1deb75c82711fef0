import type { RecordedEvent } from '../libs/domain/event.ts';
import type { Metric, MetricAnswer, MetricQuery } from '../libs/metrics/define.ts';
import { queryMetric, type MetricReads } from '../libs/metrics/query.ts';
import type { Context } from '../libs/projecting/context.ts';
import { schemaOf } from '../libs/projecting/contribution.ts';
import type { Projection } from '../libs/projecting/define.ts';
import { createFolder } from '../libs/projecting/fold.ts';
import { sumCells } from '../libs/projecting/sum-cells.ts';
import { recorded, testContext, type ShortEvent } from '../libs/projecting/testing.ts';
import type { At, CellRow, CellQuery, Entity } from '../libs/read-store/port.ts';

/** A projection's read model over some events, in memory. */
export interface ReadModel {
  readonly entities: readonly Entity[];
  readonly cells: (query: CellQuery, context?: Context) => readonly CellRow[];
}

/** Folds events, in the order given, without any store. @throws Error when one can't be folded */
export const readModel = (
  projection: Projection,
  events: readonly RecordedEvent[],
  context: Context,
): ReadModel => {
  const folder = createFolder(projection, context);
  const deliveries = events.map(event => ({ event, raw: event, error: null }));
  const { changed, park } = folder.fold(folder.assign(deliveries, new Set()), () => undefined, new Set());
  const failed = park.find(({ error }) => error !== null);
  if (failed) throw new Error(`${failed.type} at ${failed.position}: ${failed.error}`);
  return {
    entities: [...changed]
      .map(([id, { state, due, quality }]) => ({ id, state, due, quality }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    cells: (query, other = context) => {
      const sums = sumCells(schemaOf(projection), query);
      for (const { state } of changed.values()) sums.add(projection.contributes(state, other));
      return sums.rows();
    },
  };
};

/**
 * Asks a metric about a small history, without any store.
 *
 * @example
 * const answer = await ask(funnel, [{ type: 'LeadCaptured', data: { leadId: 'a' }, occurredAt: '2018-02-03' }], { by: ['origin'] });
 */
export const ask = (
  metric: Metric,
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
  context: Context = testContext(),
): Promise<MetricAnswer> => {
  const events = history.map((event, at) => recorded(event, at + 1));
  return askModel(metric, readModel(metric.projection, events, context), query, context);
};

/** Asks a metric about a read model. */
export const askModel = (
  metric: Metric,
  model: ReadModel,
  query: Partial<MetricQuery>,
  context: Context,
): Promise<MetricAnswer> => {
  const { projection } = metric;
  const at = <T>(value: T): Promise<At<T>> => Promise.resolve({ position: 1, value });
  const reads: MetricReads = {
    generations: () =>
      Promise.resolve([
        {
          name: projection.name,
          generation: 1,
          version: projection.version,
          status: 'live',
          fingerprint: '',
          createdAt: 0,
          schema: schemaOf(projection),
        },
      ]),
    cells: (_, cells) => at(model.cells(cells)),
    findings: () => at(model.entities.filter(({ quality }) => quality.length > 0)),
  };
  return queryMetric(
    { reads, context, scan: (_, __, ___, cells, other) => at(model.cells(cells, other)) },
    metric,
    { by: [], where: [], params: {}, ...query },
  );
};
