import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { EventFilter, EventStore, Position } from '../../../libs/event-store/port.ts';
import { ProjectionBehind } from '../../../libs/projecting/port.ts';
import { UseEngine } from '../engine.ts';

// A rare event in a long log must not keep a request busy for ever; the cursor goes on where this one stopped.
const mostWindows = 50;

/** Events and the position to go on after; null at the log's end. */
export interface EventsFound {
  readonly events: readonly RecordedEvent[];
  readonly next: Position | null;
}

/** A page of the log. */
export class FindEvents extends Query<EventsFound> {
  constructor(
    readonly filter: EventFilter,
    readonly after: Position,
    readonly limit: number,
    readonly atLeast: Position | undefined,
  ) {
    super();
  }
}

@QueryHandler(FindEvents)
export class FindEventsHandler implements IQueryHandler<FindEvents> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ filter, after, limit, atLeast }: FindEvents): Promise<EventsFound> {
    const { events } = this.engine;
    if (atLeast !== undefined) await reached(events, atLeast);
    return findPage(events, filter, after, limit);
  }
}

const reached = async (events: EventStore, position: Position): Promise<void> => {
  const head = await events.head();
  if (head < position) throw new ProjectionBehind('the log', position, head);
};

/** Follows the store's windows until the page is full, the log ends or enough was searched. */
export const findPage = async (
  events: EventStore,
  filter: EventFilter,
  after: Position,
  limit: number,
): Promise<EventsFound> => {
  const page: RecordedEvent[] = [];
  let next: Position | null = after;
  for (let windows = 0; next !== null && page.length < limit && windows < mostWindows; windows++) {
    const found = await events.find(filter, next, limit - page.length);
    page.push(...found.events);
    next = found.next;
  }
  return { events: page, next };
};
