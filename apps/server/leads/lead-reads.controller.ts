import { Controller, Get, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from '../../../libs/engine/port.ts';
import { modelId } from '../../../libs/scoring/index.ts';
import { Needs } from '../access/scope.ts';
import { UseEngine } from '../engine.ts';
import { showEvent } from '../events/show.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { BadRequest } from '../http/bad-request.ts';
import { IdParam } from '../http/id-param.ts';
import { formatInstant } from '../http/instant.ts';
import { given } from '../http/occurred.ts';
import { ApiParameters, readParameters } from '../http/parameters.ts';
import { sendPage } from '../http/send-csv.ts';
import { LeadDetailDocument, LeadPage, ScoreExplanation, TimelinePage } from './lead-read.dto.ts';
import { ExplainScore, ListLeads, ShowLead, ShowTimeline, type LeadDetail } from './queries.ts';
import { leadParameters, listParameters, scoreParameters, timelineParameters } from './read-parameters.ts';
import { showScore } from './show-lead.ts';
import { pageOf } from './time-cursor.ts';

const one = {
  400: 'A parameter is malformed',
  404: 'There is no such lead',
  503: '`projection-behind`, or a store is away',
};

@ApiTags('leads')
@Controller('v1/leads')
export class LeadReadsController {
  constructor(
    @UseEngine() private readonly engine: Engine,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({
    summary: 'List leads with score and band',
    description:
      'Filters go by the band as of the last event or announcement, which the scheduler keeps current; the band shown is the one in force now.',
  })
  @ApiParameters(listParameters)
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: LeadPage })
  @ApiProblems({
    400: 'A parameter is malformed, or a band or stage unknown',
    503: '`projection-behind`, or a store is away',
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const values = readParameters(listParameters, request.query);
    const { band, stage, origin, sort, limit, cursor, atLeast } = values;
    const { score, stages } = this.engine.context.workspace;
    known('band', band, score.bands);
    known('stage', stage, stages);
    // The store sorts by id where nothing is said.
    const order = sort === 'id' ? undefined : sort;
    const query = new ListLeads(
      given({ band, stage, origin }),
      { limit, ...given({ sort: order, cursor }) },
      atLeast,
    );
    return sendPage(request, reply, await this.queries.execute(query), lead => ({ ...lead }));
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ summary: 'Show a lead: profile, stage, score and band' })
  @ApiParam({ name: 'id', description: 'Lead', example: 'lead-4711' })
  @ApiParameters(leadParameters)
  @ApiOkResponse({ type: LeadDetailDocument })
  @ApiProblems(one)
  show(@IdParam() id: string, @Req() request: FastifyRequest): Promise<LeadDetail> {
    const { atLeast } = readParameters(leadParameters, request.query);
    return this.queries.execute(new ShowLead(id, atLeast));
  }

  @Get(':id/score')
  @Needs('read')
  @ApiOperation({ summary: "Explain a lead's score at any instant, line by line" })
  @ApiParam({ name: 'id', description: 'Lead', example: 'lead-4711' })
  @ApiParameters(scoreParameters)
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: ScoreExplanation })
  @ApiProblems(one)
  async score(
    @IdParam() id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const { at, limit, cursor, atLeast } = readParameters(scoreParameters, request.query);
    const found = await this.queries.execute(new ExplainScore(id, at, atLeast));
    const { page, nextCursor } = pageOf(found.lines, limit, cursor, ({ kind, rule }) => `${kind}/${rule}`);
    const { score: model } = this.engine.context.workspace;
    const answer = {
      id,
      position: found.position,
      at: formatInstant(found.at),
      model: modelId(model),
      ...showScore(found),
      groupCaps: model.groups,
      rules: found.rules,
      data: page.map(line => ({ ...line, occurredAt: formatInstant(line.occurredAt) })),
      nextCursor,
    };
    return sendPage(request, reply, answer, line => ({ ...line }));
  }

  @Get(':id/timeline')
  @Needs('read')
  @ApiOperation({ summary: 'Show everything that happened to a lead, the latest first' })
  @ApiParam({ name: 'id', description: 'Lead', example: 'lead-4711' })
  @ApiParameters(timelineParameters)
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: TimelinePage })
  @ApiProblems(one)
  async timeline(
    @IdParam() id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const { limit, cursor, atLeast } = readParameters(timelineParameters, request.query);
    const events = await this.queries.execute(new ShowTimeline(id, atLeast));
    const { page, nextCursor } = pageOf(events, limit, cursor);
    return sendPage(request, reply, { data: page.map(showEvent), nextCursor }, event => ({ ...event }));
  }
}

/** @throws BadRequest for a name that is none of those */
const known = (path: string, name: string | undefined, all: readonly { readonly name: string }[]): void => {
  if (name === undefined || all.some(each => each.name === name)) return;
  const names = all.map(each => each.name).join(', ');
  throw new BadRequest([{ path, message: `is no ${path} here; there are: ${names}` }]);
};
