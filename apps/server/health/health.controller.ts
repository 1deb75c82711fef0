import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import type { Engine } from '../../../libs/engine/port.ts';
import { Public } from '../access/scope.ts';
import { UseEngine } from '../engine.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { relayLag } from '../telemetry/relay-lag.ts';
import { HealthDocument, LiveDocument } from './health.dto.ts';

const patienceMs = 2_000;
// Events; further behind than this, answers are old enough to be told.
const muchLag = 10_000;

@ApiTags('operation')
@Controller('health')
export class HealthController {
  constructor(
    @UseEngine() private readonly engine: Engine,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Whether the process is alive' })
  @ApiOkResponse({ type: LiveDocument })
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'Whether the stores answer, and how far the read models are behind' })
  @ApiOkResponse({
    type: HealthDocument,
    description:
      '`degraded` while a read model is far behind or being built, or a relay waits for its destination',
  })
  @ApiProblems({ 503: 'A store is down; `checks` tells which' })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.store('eventStore', async () => ({ head: await this.engine.events.head() })),
      () =>
        this.store('readStore', async () => ({
          generations: (await this.engine.reads.generations()).length,
        })),
      () => this.readModels(),
      () => this.relay(),
    ]);
  }

  private async store(
    name: 'eventStore' | 'readStore',
    ask: () => Promise<Record<string, number>>,
  ): Promise<HealthIndicatorResult> {
    return this.indicators.check(name).attempt(ask).withTimeout(patienceMs);
  }

  private async readModels(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('readModels');
    const status = await this.engine.projector.status().catch(() => null);
    if (status === null) return indicator.down({ reason: 'their status can not be read' });
    const live = status.filter(one => one.status === 'live');
    const lag = Object.fromEntries(live.map(one => [one.name, one.lag]));
    const missing = this.engine.projections.filter(one => !(one.name in lag)).map(one => one.name);
    const behind = live.some(one => one.lag > muchLag);
    return missing.length > 0 || behind ? indicator.degraded({ lag, missing }) : indicator.up({ lag });
  }

  /** Whoever is told later is told all the same, so this is never a reason to be taken out of service. */
  private async relay(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('relay');
    const status = this.engine.lifecycle.relay.status();
    const asked = this.engine.events.head().catch(() => null);
    const head = await Promise.race([asked, pause(patienceMs, null, { ref: false })]);
    const subscribers = Object.fromEntries(
      status.map(one => [
        one.subscriber,
        {
          state: one.state,
          lag: relayLag(one, head),
          ...(one.lastError === null ? {} : { error: one.lastError }),
          ...(one.fault == null ? {} : { fault: one.fault }),
        },
      ]),
    );
    const waits = status.some(({ state }) => state === 'retrying');
    return waits ? indicator.degraded(subscribers) : indicator.up(subscribers);
  }
}
