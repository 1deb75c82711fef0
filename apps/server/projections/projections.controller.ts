import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CellRow } from '../../../libs/read-store/port.ts';
import type { ProjectionStatus } from '../../../libs/projecting/port.ts';
import { Needs } from '../access/scope.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { atLeast, conditions, list } from '../http/parameter-kinds.ts';
import { ApiParameters, readParameters } from '../http/parameters.ts';
import { sendPage, type Page } from '../http/send-csv.ts';
import { CellsAnswer, ProjectionPage } from './projection.dto.ts';
import { ShowCells, ShowProjections, type Cells } from './queries.ts';

const cellParameters = {
  by: list('Dimensions to group by; one of days may have a grain: `wonDay:month`', 'origin'),
  where: conditions('origin:social'),
  atLeast,
} as const;

interface ShownCells extends Omit<Cells, 'rows'>, Page<CellRow> {
  readonly projection: string;
}

@ApiTags('read models')
@Controller('v1/projections')
export class ProjectionsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Where the read models stand' })
  @ApiParameters({ atLeast })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: ProjectionPage })
  @ApiProblems({ 400: 'A parameter is malformed', 503: '`projection-behind`, or a store is away' })
  list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ProjectionStatus> | string> {
    return this.show(request, reply, undefined);
  }

  @Get(':name')
  @Needs('read')
  @ApiOperation({ summary: 'Where one read model stands, generation by generation' })
  @ApiParam({ name: 'name', example: 'lead-funnel' })
  @ApiParameters({ atLeast })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: ProjectionPage })
  @ApiProblems({
    400: 'A parameter is malformed',
    404: 'There is no such read model; the detail names those that there are',
    503: '`projection-behind`, or a store is away',
  })
  one(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ProjectionStatus> | string> {
    return this.show(request, reply, name);
  }

  @Get(':name/cells')
  @Needs('read')
  @ApiOperation({ summary: 'Totals of any read model' })
  @ApiParam({ name: 'name', example: 'lead-funnel' })
  @ApiParameters(cellParameters)
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: CellsAnswer })
  @ApiProblems({
    400: 'A parameter is malformed, or a dimension unknown; the detail names the known ones',
    404: 'There is no such read model; the detail names those that there are',
    503: '`projection-behind`, or a store is away',
  })
  async cells(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownCells | string> {
    const { by, where, atLeast: position } = readParameters(cellParameters, request.query);
    const { rows, ...at } = await this.queries.execute(new ShowCells(name, by, where, position));
    const answer = { projection: name, ...at, data: rows, nextCursor: null };
    return sendPage(request, reply, answer, row => ({ ...row.by, ...row.sums }));
  }

  private async show(
    request: FastifyRequest,
    reply: FastifyReply,
    name: string | undefined,
  ): Promise<Page<ProjectionStatus> | string> {
    const values = readParameters({ atLeast }, request.query);
    const data = await this.queries.execute(new ShowProjections(name, values.atLeast));
    return sendPage(request, reply, { data, nextCursor: null }, status => ({ ...status }));
  }
}
