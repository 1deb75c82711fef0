import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CommandContext, TouchpointResult } from '../../../libs/handling/port.ts';
import { Needs } from '../access/scope.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { Caller } from '../http/caller.ts';
import { RecordTouchpoints } from './commands.ts';
import { readTouchpoints } from './read.ts';
import { TouchpointsAnswer, TouchpointsBody } from './touchpoint.dto.ts';

@ApiTags('touchpoints')
@Controller('v1/touchpoints')
export class TouchpointsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Needs('write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Record touchpoints',
    description:
      'Facts are taken one by one: the answer says of each whether it was appended, known already or refused.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: "The facts' own ids make them idempotent already",
  })
  @ApiOkResponse({ type: TouchpointsAnswer })
  @ApiProblems({
    400: 'Malformed; `errors` names each member',
    413: 'The body is larger than 5 MB',
    415: 'The body is not application/json',
    422: '`idempotency-key-reused` when the key came with another body',
    503: 'A store is away, or `outcome-unknown`: repeat it',
  })
  async record(
    @Body() body: TouchpointsBody,
    @Caller('recordTouchpoints') caller: CommandContext,
  ): Promise<{ readonly results: readonly TouchpointResult[] }> {
    const touchpoints = readTouchpoints(body.touchpoints);
    return { results: await this.commands.execute(new RecordTouchpoints(touchpoints, caller)) };
  }
}
