import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import type { Metric, MetricAnswer, MetricQuery } from '../../../libs/metrics/define.ts';
import { UseEngine } from '../engine.ts';

/** A metric's answer, no older than a position. */
export class AnswerMetric extends Query<MetricAnswer> {
  constructor(
    readonly metric: Metric,
    readonly query: MetricQuery,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(AnswerMetric)
export class AnswerMetricHandler implements IQueryHandler<AnswerMetric> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ metric, query, atLeast }: AnswerMetric): Promise<MetricAnswer> {
    if (atLeast !== undefined) await this.engine.projector.waitFor(metric.projection.name, atLeast);
    return this.engine.query(metric.name, query);
  }
}
