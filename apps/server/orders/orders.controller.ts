import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Engine } from '../../../libs/engine/port.ts';
import type { CommandContext } from '../../../libs/handling/port.ts';
import { Needs } from '../access/scope.ts';
import { UseEngine } from '../engine.ts';
import { answer, type Answered } from '../http/answers.ts';
import { ApiCommand } from '../http/api-operation.ts';
import { Caller } from '../http/caller.ts';
import { IdParam } from '../http/id-param.ts';
import { CancelOrderCommand, PlaceOrderCommand } from './commands.ts';
import { CancelOrderBody, PlaceOrderBody } from './order.dto.ts';
import { readCancel, readPlace } from './read.ts';

@ApiTags('orders')
@Controller('v1/orders')
export class OrdersController {
  constructor(
    @UseEngine() private readonly engine: Engine,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Place an order',
    description: 'The lead was captured before; its first order makes it a customer in churn and retention.',
    creates: true,
    missing: 'There is no such lead',
    rules: '`order-exists` when the id is taken',
  })
  async place(
    @Body() body: PlaceOrderBody,
    @Caller('placeOrder') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new PlaceOrderCommand(readPlace(body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/orders');
  }

  @Post(':id/cancel')
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Cancel an order',
    description: 'The whole order. Churn and retention still count the purchase.',
    id: 'Order',
    rules: '`order-cancelled` when it is cancelled already',
  })
  async cancel(
    @IdParam() id: string,
    @Body() body: CancelOrderBody,
    @Caller('cancelOrder') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new CancelOrderCommand(readCancel(id, body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/orders');
  }
}
