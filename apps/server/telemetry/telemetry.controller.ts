import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/scope.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { TELEMETRY, type Telemetry } from './telemetry.ts';

@ApiTags('operation')
@Controller('metrics')
export class TelemetryController {
  constructor(@Inject(TELEMETRY) private readonly telemetry: Telemetry) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Measurements for Prometheus' })
  @ApiOkResponse({
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example:
          'leadfold_log_head 81240\nleadfold_projection_lag{projection="lead-funnel",generation="1",status="live"} 0\n',
      },
    },
  })
  @ApiProblems({ 503: 'A store is away' })
  scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.type(this.telemetry.contentType);
    return this.telemetry.scrape();
  }
}
