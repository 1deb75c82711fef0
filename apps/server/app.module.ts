import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TerminusModule } from '@nestjs/terminus';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import type { Engine } from '../../libs/engine/port.ts';
import { ENGINE } from './engine.ts';
import { EventsController } from './events/events.controller.ts';
import { FindEventsHandler } from './events/find-events.ts';
import { ExplainController } from './explain/explain.controller.ts';
import { ExplainCellsHandler, ExplainEntityHandler } from './explain/queries.ts';
import { HealthController } from './health/health.controller.ts';
import { CaptureLeadHandler, ChangeStageHandler, UpdateLeadHandler } from './leads/commands.ts';
import { LeadReadsController } from './leads/lead-reads.controller.ts';
import { LeadsController } from './leads/leads.controller.ts';
import { LookupLeadHandler } from './leads/lookup.ts';
import { ExplainScoreHandler, ListLeadsHandler, ShowLeadHandler } from './leads/queries.ts';
import { ShowTimelineHandler } from './leads/timeline.ts';
import { StreamController } from './lifecycle/stream.controller.ts';
import { AnswerMetricHandler } from './metrics/answer-metric.ts';
import { metricController } from './metrics/metrics.controller.ts';
import {
  LoseOpportunityHandler,
  MoveOpportunityHandler,
  OpenOpportunityHandler,
  ReopenOpportunityHandler,
  WinOpportunityHandler,
} from './opportunities/commands.ts';
import { OpportunitiesController } from './opportunities/opportunities.controller.ts';
import { CancelOrderHandler, PlaceOrderHandler } from './orders/commands.ts';
import { OrdersController } from './orders/orders.controller.ts';
import { ProjectionsController } from './projections/projections.controller.ts';
import { ShowCellsHandler, ShowProjectionsHandler } from './projections/queries.ts';
import { TELEMETRY, type Telemetry } from './telemetry/telemetry.ts';
import { TelemetryController } from './telemetry/telemetry.controller.ts';
import { RecordTouchpointsHandler } from './touchpoints/commands.ts';
import { TouchpointsController } from './touchpoints/touchpoints.controller.ts';
import {
  ChangeWebhookHandler,
  DeleteWebhookHandler,
  RedeliverHandler,
  RegisterWebhookHandler,
  RotateSecretHandler,
} from './webhooks/commands.ts';
import { DeliveriesController } from './webhooks/deliveries.controller.ts';
import { ListDeliveriesHandler, ListWebhooksHandler, ShowWebhookHandler } from './webhooks/queries.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';

const apiControllers = [
  LeadsController,
  LeadReadsController,
  TouchpointsController,
  OpportunitiesController,
  OrdersController,
  EventsController,
  StreamController,
  WebhooksController,
  DeliveriesController,
  ProjectionsController,
  ExplainController,
];

const handlers = [
  CaptureLeadHandler,
  UpdateLeadHandler,
  ChangeStageHandler,
  LookupLeadHandler,
  ListLeadsHandler,
  ShowLeadHandler,
  ExplainScoreHandler,
  ShowTimelineHandler,
  RecordTouchpointsHandler,
  OpenOpportunityHandler,
  MoveOpportunityHandler,
  WinOpportunityHandler,
  LoseOpportunityHandler,
  ReopenOpportunityHandler,
  PlaceOrderHandler,
  CancelOrderHandler,
  AnswerMetricHandler,
  FindEventsHandler,
  ShowProjectionsHandler,
  ShowCellsHandler,
  ExplainCellsHandler,
  ExplainEntityHandler,
  RegisterWebhookHandler,
  ChangeWebhookHandler,
  RotateSecretHandler,
  DeleteWebhookHandler,
  RedeliverHandler,
  ListWebhooksHandler,
  ShowWebhookHandler,
  ListDeliveriesHandler,
];

const quiet = (logger: Logger): string => (logger.isLevelEnabled('warn') ? 'warn' : logger.level);

/** The application over an engine. Without the role `api` it answers health and measurements alone. */
@Module({})
export class AppModule {
  static over(engine: Engine, telemetry: Telemetry, logger: Logger): DynamicModule {
    const metricControllers = engine.metrics.map(metric => metricController(metric, engine.context));
    const api = engine.settings.roles.has('api') ? [...apiControllers, ...metricControllers] : [];
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        TerminusModule.forRoot({ logger: false }),
        // Without its middleware, because one hook logs requests for less; and Nest's own lines only from warnings on.
        LoggerModule.forRoot({
          pinoHttp: { logger: logger.child({}, { level: quiet(logger) }) },
          forRoutes: [],
        }),
      ],
      controllers: [HealthController, TelemetryController, ...api],
      providers: [
        { provide: ENGINE, useValue: engine },
        { provide: TELEMETRY, useValue: telemetry },
        ...handlers,
      ],
    };
  }
}
