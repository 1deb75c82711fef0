import { Body, Controller, HttpCode, NotFoundException, Patch, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Engine } from '../../../libs/engine/port.ts';
import type { CommandContext } from '../../../libs/handling/port.ts';
import { Needs } from '../access/scope.ts';
import { UseEngine } from '../engine.ts';
import { answer, type Answered } from '../http/answers.ts';
import { ApiCommand, ApiProblems } from '../http/api-operation.ts';
import { Caller } from '../http/caller.ts';
import { IdParam } from '../http/id-param.ts';
import { CaptureLeadCommand, ChangeStageCommand, UpdateLeadCommand } from './commands.ts';
import { CaptureLeadBody, ChangeStageBody, LeadFound, LookupLeadBody, UpdateLeadBody } from './lead.dto.ts';
import { LookupLead } from './lookup.ts';
import { readCapture, readLookup, readStage, readUpdate } from './read.ts';

@ApiTags('leads')
@Controller('v1/leads')
export class LeadsController {
  constructor(
    @UseEngine() private readonly engine: Engine,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Capture a lead',
    description:
      'The same e-mail or phone again is the same lead, captured again. One of id, email and phone is needed.',
    creates: true,
    rules: '`identity-conflict` when e-mail, phone and id belong to different leads',
  })
  async capture(
    @Body() body: CaptureLeadBody,
    @Caller('captureLead') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new CaptureLeadCommand(readCapture(body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/leads');
  }

  @Post('lookup')
  @Needs('read')
  @HttpCode(200)
  @ApiOperation({ summary: 'Find the lead that an e-mail or phone belongs to' })
  @ApiOkResponse({ type: LeadFound })
  @ApiProblems({ 400: 'Malformed', 404: 'Nobody has it', 503: 'A store is away' })
  async lookup(@Body() body: LookupLeadBody): Promise<{ readonly id: string }> {
    const id = await this.queries.execute(new LookupLead(readLookup(body)));
    // What was looked for is personal and is not repeated.
    if (id === null) throw new NotFoundException('no lead has this e-mail or phone');
    return { id };
  }

  @Patch(':id')
  @Needs('write')
  @ApiCommand({ summary: "Change fields of a lead's profile", id: 'Lead', rules: '`identity-conflict`' })
  async update(
    @IdParam() id: string,
    @Body() body: UpdateLeadBody,
    @Caller('updateLead') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new UpdateLeadCommand(readUpdate(id, body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/leads');
  }

  @Post(':id/stage')
  @Needs('write')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Move a lead to a stage',
    id: 'Lead',
    rules: '`unknown-stage`',
    conflict: 'The lead is not at `expectedRevision`; `currentRevision` says where it is',
  })
  async stage(
    @IdParam() id: string,
    @Body() body: ChangeStageBody,
    @Caller('changeStage') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const command = new ChangeStageCommand(readStage(id, body, this.engine.clock()), caller);
    return answer(reply, await this.commands.execute(command), '/v1/leads');
  }
}
