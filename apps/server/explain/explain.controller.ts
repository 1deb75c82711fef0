import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { showEvent } from '../events/show.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { BadRequest } from '../http/bad-request.ts';
import { atLeast, conditions, limit, text } from '../http/parameter-kinds.ts';
import { ApiParameters, readParameters, type ValuesOf } from '../http/parameters.ts';
import { wantsCsv } from '../http/csv.ts';
import { sendCsv, sendPage } from '../http/send-csv.ts';
import type { EntityExplanation } from '../../../libs/projecting/port.ts';
import { Needs } from '../access/scope.ts';
import { EntityDocument, ExplainPage } from './explain.dto.ts';
import { ExplainCells, ExplainEntity } from './queries.ts';

const parameters = {
  where: conditions('origin:social'),
  entity: text('One entity instead: its state, its contributions and its events', 'lead-4711'),
  limit: limit(1_000, 100),
  cursor: text('The `nextCursor` of the page before', 'bGVhZC00NzEx', 1_000),
  atLeast,
} as const;

@ApiTags('read models')
@ApiExtraModels(ExplainPage, EntityDocument)
@Controller('v1/explain')
export class ExplainController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':projection')
  @Needs('read')
  @ApiOperation({ summary: 'The entities behind the cells of a read model, and the events behind an entity' })
  @ApiParam({ name: 'projection', example: 'lead-funnel' })
  @ApiParameters(parameters)
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({
    description: 'A page of entities; with `entity` that one alone, of which CSV has the events',
    schema: { oneOf: [{ $ref: getSchemaPath(ExplainPage) }, { $ref: getSchemaPath(EntityDocument) }] },
  })
  @ApiProblems({
    400: 'A parameter is malformed, or a dimension unknown; the detail names the known ones',
    404: 'There is no such read model or entity',
    503: '`projection-behind`, or a store is away',
  })
  async explain(
    @Param('projection') projection: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const values = readParameters(parameters, request.query);
    if (values.entity !== undefined) {
      const { events, ...found } = await this.entity(projection, values.entity, values);
      const shown = events.map(showEvent);
      return wantsCsv(request.headers.accept)
        ? sendCsv(
            reply,
            shown.map(event => ({ ...event })),
          )
        : { projection, ...found, events: shown };
    }
    const { where, limit: entries, cursor } = values;
    const page = { limit: entries, ...(cursor === undefined ? {} : { cursor }) };
    const { position, total, entities, nextCursor } = await this.queries.execute(
      new ExplainCells(projection, where, page, values.atLeast),
    );
    const answer = { projection, position, total, data: entities, nextCursor };
    return sendPage(request, reply, answer, ({ id, adds }) => ({ id, ...adds }));
  }

  private entity(
    projection: string,
    entity: string,
    values: ValuesOf<typeof parameters>,
  ): Promise<EntityExplanation> {
    if (values.where.length > 0 || values.cursor !== undefined)
      throw new BadRequest([{ path: 'entity', message: 'stands alone: without where and cursor' }]);
    return this.queries.execute(new ExplainEntity(projection, entity, values.atLeast));
  }
}
