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
import {
  LoseOpportunityCommand,
  MoveOpportunityCommand,
  OpenOpportunityCommand,
  ReopenOpportunityCommand,
  WinOpportunityCommand,
} from './commands.ts';
import {
  CloseOpportunityBody,
  MoveOpportunityBody,
  OpenOpportunityBody,
  WinOpportunityBody,
} from './opportunity.dto.ts';
import { readClose, readMove, readOpen, readWin } from './read.ts';

@ApiTags('opportunities')
@Controller('v1/opportunities')
export class OpportunitiesController {
  constructor(
    @UseEngine() private readonly engine: Engine,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Open an opportunity',
    description: 'The lead is at stage `opportunity` from then on.',
    creates: true,
    missing: 'There is no such lead',
    rules: '`opportunity-exists` when the id is taken',
  })
  async open(
    @Body() body: OpenOpportunityBody,
    @Caller('openOpportunity') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new OpenOpportunityCommand(readOpen(body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/opportunities');
  }

  @Post(':id/stage')
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Move an opportunity to a stage of the pipeline',
    id: 'Opportunity',
    rules: '`opportunity-closed`',
  })
  async move(
    @IdParam() id: string,
    @Body() body: MoveOpportunityBody,
    @Caller('moveOpportunity') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new MoveOpportunityCommand(readMove(id, body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/opportunities');
  }

  @Post(':id/win')
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Win an opportunity',
    id: 'Opportunity',
    rules: '`opportunity-closed` when it is won or lost already',
  })
  async win(
    @IdParam() id: string,
    @Body() body: WinOpportunityBody,
    @Caller('winOpportunity') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new WinOpportunityCommand(readWin(id, body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/opportunities');
  }

  @Post(':id/lose')
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Lose an opportunity',
    id: 'Opportunity',
    rules: '`opportunity-closed` when it is won or lost already',
  })
  async lose(
    @IdParam() id: string,
    @Body() body: CloseOpportunityBody,
    @Caller('loseOpportunity') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new LoseOpportunityCommand(readClose(id, body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/opportunities');
  }

  @Post(':id/reopen')
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Open a won or lost opportunity again',
    id: 'Opportunity',
    rules: '`opportunity-open` when it is neither won nor lost',
  })
  async reopen(
    @IdParam() id: string,
    @Body() body: CloseOpportunityBody,
    @Caller('reopenOpportunity') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new ReopenOpportunityCommand(readClose(id, body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/opportunities');
  }
}
