import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EventFunnelQuery } from '../../../libs/event-funnel/index.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { Metric, MetricAnswer, MetricQuery } from '../../../libs/metrics/define.ts';
import { UseEngine } from '../engine.ts';

/** A metric's answer, or that of a funnel of events, no older than a position. */
export class AnswerMetric extends Query<MetricAnswer> {
  constructor(
    readonly metric: Metric,
    readonly query: MetricQuery | EventFunnelQuery,
    readonly atLeast: number | undefined,
    /** Aborted when nobody waits for the answer any more. */
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(AnswerMetric)
export class AnswerMetricHandler implements IQueryHandler<AnswerMetric> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ metric, query, atLeast, signal }: AnswerMetric): Promise<MetricAnswer> {
    if (atLeast !== undefined) await this.engine.projector.waitFor(metric.projection.name, atLeast);
    return 'events' in query ? this.engine.eventFunnel(query, signal) : this.engine.query(metric.name, query);
  }
}
