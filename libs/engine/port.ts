import type { Clock, NewId } from '../domain/event.ts';
import type { AnswerEventFunnel } from '../event-funnel/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Commands } from '../handling/port.ts';
import type { ImportDeps } from '../importing/index.ts';
import type { Metric, MetricAnswer, MetricQuery } from '../metrics/define.ts';
import type { Context } from '../projecting/context.ts';
import type { Projection } from '../projecting/define.ts';
import type { Projector } from '../projecting/port.ts';
import type { ReadStore } from '../read-store/port.ts';
import type { Scheduler } from '../scheduling/port.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Settings } from './settings.ts';

/** A workspace, opened: everything that the server and the CLI are built on. */
export interface Engine {
  readonly settings: Settings;
  readonly events: EventStore;
  readonly reads: ReadStore;
  /** Those that are shipped and those that users have added, as they are now. */
  readonly projections: readonly Projection[];
  readonly definitions: Definitions;
  readonly metrics: readonly Metric[];
  readonly context: Context;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly commands: Commands;
  /** What `runImport` works with. */
  readonly importing: ImportDeps;
  readonly projector: Projector;
  /** Appends what is due though nothing happens; a server with the role `scheduler` starts it. */
  readonly scheduler: Scheduler;
  /** Lifecycle events, and the ways to other systems. */
  readonly lifecycle: Lifecycle;
  /** Answers a metric from the live read model as it is (catch up or wait first where that matters). @throws InvalidQuery */
  query(metric: string, query: MetricQuery): Promise<MetricAnswer>;
  /** How many leads go through some events, from the log as it is. @throws InvalidQuery */
  readonly eventFunnel: AnswerEventFunnel;
  close(): Promise<void>;
}
