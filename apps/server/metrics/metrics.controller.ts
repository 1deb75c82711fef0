import { Controller, Get, Req, Res, type Type } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metric, MetricAnswer } from '../../../libs/metrics/define.ts';
import { flatRows } from '../../../libs/metrics/flat-rows.ts';
import type { Context } from '../../../libs/projecting/context.ts';
import { Needs } from '../access/scope.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { wantsCsv } from '../http/csv.ts';
import { sendCsv } from '../http/send-csv.ts';
import { ApiParameters } from '../http/parameters.ts';
import { AnswerMetric } from './answer-metric.ts';
import { metricExample, metricSchema } from './documentation.ts';
import { asksForEvents, eventParameters, readEventQuery } from './event-funnel.ts';
import { metricParameters, readMetricQuery } from './parameters.ts';

/** The controller of one metric, `GET /v1/{name}`: every metric of the engine has one, made from its definition. */
export const metricController = (metric: Metric, context: Context): Type => {
  const parameters = metricParameters(metric);

  @ApiTags('metrics')
  @Controller(`v1/${metric.name}`)
  class MetricController {
    constructor(private readonly queries: QueryBus) {}

    @Get()
    @Needs('read')
    @ApiOperation({ summary: metric.description, operationId: metric.name })
    @ApiParameters({ ...parameters, ...eventParameters(metric) })
    @ApiProduces('application/json', 'text/csv')
    @ApiOkResponse({
      description: `The answer; as CSV the rows alone`,
      content: {
        'application/json': {
          schema: metricSchema(metric, context),
          example: metricExample(metric, context),
        },
        'text/csv': { schema: { type: 'string' } },
      },
    })
    @ApiProblems({
      400: 'A parameter is malformed, or a dimension unknown; the detail names the known ones',
      503: '`projection-behind`: the read model has not reached `atLeast`, or a store is away',
    })
    async answer(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<MetricAnswer | string> {
      const { query, atLeast } = asksForEvents(metric, request.query)
        ? readEventQuery(request.query)
        : readMetricQuery(metric, parameters, request.query);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const answer = await this.queries
        .execute(new AnswerMetric(metric, query, atLeast, gone.signal))
        .catch((error: unknown) => {
          if (gone.signal.aborted) return null;
          throw error;
        });
      if (answer === null) return '';
      return wantsCsv(request.headers.accept) ? sendCsv(reply, flatRows(answer)) : answer;
    }
  }
  return MetricController;
};
