import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Needs } from '../access/scope.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { idPipe, IdParam } from '../http/id-param.ts';
import { given } from '../http/occurred.ts';
import { choice, limit, text } from '../http/parameter-kinds.ts';
import { ApiParameters, readParameters } from '../http/parameters.ts';
import { RedeliverCommand } from './commands.ts';
import { DeliveryDocument, DeliveryList } from './delivery.dto.ts';
import { ListDeliveries, ShowWebhook } from './queries.ts';
import { showDelivery, type Shown } from './show.ts';

const parameters = {
  status: choice('Deliveries of this status', ['pending', 'delivered', 'failed'] as const),
  limit: limit(200, 50),
  cursor: text('The `nextCursor` of the page before', '81234.0', 40),
} as const;

@ApiTags('webhooks')
@ApiParam({ name: 'id', description: 'Webhook', example: 'crm' })
@Controller('v1/webhooks/:id/deliveries')
export class DeliveriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Needs('admin')
  @ApiOperation({
    summary: 'List the deliveries to a webhook, with every attempt',
    description: 'Those that are done are shown for 30 days.',
  })
  @ApiParameters(parameters)
  @ApiOkResponse({ type: DeliveryList })
  @ApiProblems({ 400: 'A parameter is malformed', 404: 'There is no such webhook', 503: 'A store is away' })
  async list(@IdParam() id: string, @Req() request: FastifyRequest): Promise<Shown<DeliveryList>> {
    const { status, limit: size, cursor } = readParameters(parameters, request.query);
    await this.queries.execute(new ShowWebhook(id));
    const query = { limit: size, ...given({ status, cursor }) };
    const { deliveries, nextCursor } = await this.queries.execute(new ListDeliveries(id, query));
    return { data: deliveries.map(showDelivery), nextCursor };
  }

  @Post(':delivery/redeliver')
  @Needs('admin')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask for another attempt at a delivery',
    description:
      'The relay makes it within a second or two, whatever the status; of a pending one in the turn of its lead. To ask again before it was made is to ask once.',
  })
  @ApiParam({ name: 'delivery', description: 'Delivery', example: '0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2' })
  @ApiOkResponse({ type: DeliveryDocument, description: 'As it is before the attempt' })
  @ApiProblems({ 404: 'There is no such webhook or delivery', 503: 'A store is away' })
  async redeliver(
    @IdParam() id: string,
    @Param('delivery', idPipe) delivery: string,
  ): Promise<Shown<DeliveryDocument>> {
    await this.queries.execute(new ShowWebhook(id));
    return showDelivery(await this.commands.execute(new RedeliverCommand(id, delivery)));
  }
}
