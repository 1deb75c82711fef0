import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NotFound } from '../../../libs/domain/errors.ts';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import { ProjectionBehind } from '../../../libs/projecting/port.ts';
import { UseEngine } from '../engine.ts';
import { ShowTimeline } from './queries.ts';

/** What the machinery notes about itself. */
const machinery: ReadonlySet<string> = new Set([
  'IdentityClaimed',
  'IdentityReleased',
  'IdempotencyKeyUsed',
  'IdempotencyKeySettled',
  'ProjectionEventSkipped',
]);
const window = 1_000;

@QueryHandler(ShowTimeline)
export class ShowTimelineHandler implements IQueryHandler<ShowTimeline> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ id, atLeast = 0 }: ShowTimeline): Promise<readonly RecordedEvent[]> {
    const { events } = this.engine;
    const head = await events.head();
    if (head < atLeast) throw new ProjectionBehind('the log', atLeast, head);
    const timeline: RecordedEvent[] = [];
    for (let after: number | null = 0; after !== null;) {
      const found: Awaited<ReturnType<typeof events.find>> = await events.find({ leadId: id }, after, window);
      timeline.push(...found.events.filter(({ type }) => !machinery.has(type)));
      after = found.next;
    }
    if (timeline.length === 0) throw new NotFound('lead', id);
    return timeline;
  }
}
