import { describe, expect, it } from '@jest/globals';
import { NotFound } from '../../../libs/domain/errors.ts';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { EventFilter } from '../../../libs/event-store/port.ts';
import { ProjectionBehind } from '../../../libs/projecting/port.ts';
import { ShowTimeline } from './queries.ts';
import { ShowTimelineHandler } from './timeline.ts';

/** A log whose windows are as short as they can be; some hold nothing. */
const logOf = (types: readonly string[]) => {
  const asked: EventFilter[] = [];
  const events = types.map((type, at) => ({ type, position: at + 1 }) as RecordedEvent);
  const engine = {
    events: {
      head: () => Promise.resolve(types.length),
      find: (filter: EventFilter, after: number) => {
        asked.push(filter);
        const found = events.slice(after, after + 1).filter(({ type }) => type !== '');
        return Promise.resolve({ events: found, next: after + 1 < events.length ? after + 1 : null });
      },
    },
  } as unknown as Engine;
  return { handler: new ShowTimelineHandler(engine), asked };
};
const typesOf = async (types: readonly string[], atLeast?: number): Promise<readonly string[]> =>
  (await logOf(types).handler.execute(new ShowTimeline('l1', atLeast))).map(({ type }) => type);

describe("a lead's timeline", () => {
  it('follows the windows to the end of the log, over empty ones', async () => {
    expect(await typesOf(['LeadCaptured', '', '', 'PageViewed', '', 'CallMade'])).toEqual([
      'LeadCaptured',
      'PageViewed',
      'CallMade',
    ]);
  });

  it('asks for that lead alone', async () => {
    const { handler, asked } = logOf(['PageViewed', 'PageViewed']);
    await handler.execute(new ShowTimeline('l1', undefined));
    expect(asked).toEqual([{ leadId: 'l1' }, { leadId: 'l1' }]);
  });

  it.each([
    'IdentityClaimed',
    'IdentityReleased',
    'IdempotencyKeyUsed',
    'IdempotencyKeySettled',
    'ProjectionEventSkipped',
  ])('keeps %s to the machinery', async type => {
    expect(await typesOf([type, 'LeadCaptured'])).toEqual(['LeadCaptured']);
    await expect(typesOf([type])).rejects.toThrow(NotFound);
  });

  it('knows no lead to whom nothing happened', async () => {
    await expect(typesOf([])).rejects.toThrow(NotFound);
    await expect(typesOf(['', ''])).rejects.toThrow(NotFound);
  });

  it("reads up to the log's head and refuses what lies behind it", async () => {
    expect(await typesOf(['LeadCaptured', 'CallMade'], 2)).toHaveLength(2);
    await expect(typesOf(['LeadCaptured', 'CallMade'], 3)).rejects.toThrow(ProjectionBehind);
  });
});
