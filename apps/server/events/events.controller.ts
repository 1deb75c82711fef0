import { Controller, Get, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from '../../../libs/engine/port.ts';
import { Needs } from '../access/scope.ts';
import { UseEngine } from '../engine.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { encodeCursor } from '../http/cursor.ts';
import { ApiParameters, readParameters } from '../http/parameters.ts';
import { sendPage, type Page } from '../http/send-csv.ts';
import { EventPage } from './event.dto.ts';
import { FindEvents } from './find-events.ts';
import { eventFilter, eventParameters } from './parameters.ts';
import { showEvent, type ShownEvent } from './show.ts';

@ApiTags('audit')
@Controller('v1/events')
export class EventsController {
  constructor(
    @UseEngine() private readonly engine: Engine,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Read the log itself, personal data included, for audit' })
  @ApiParameters(eventParameters)
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: EventPage })
  @ApiProblems({ 400: 'A parameter is malformed', 503: 'A store is away' })
  async find(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ShownEvent> | string> {
    const values = readParameters(eventParameters, request.query);
    const after = values.cursor ?? values.after ?? 0;
    const filter = eventFilter(values, this.engine.context.calendar);
    const { events, next } = await this.queries.execute(
      new FindEvents(filter, after, values.limit, values.atLeast),
    );
    const page = { data: events.map(showEvent), nextCursor: next === null ? null : encodeCursor(next) };
    return sendPage(request, reply, page, event => ({ ...event }));
  }
}
