import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../domain/event.ts';
import { deliver, type Delivery } from './delivery.ts';
import { recorded } from './testing.ts';

const viewed = (position: number, change: Partial<RecordedEvent> = {}): RecordedEvent => ({
  ...recorded({ type: 'PageViewed', data: { leadId: 'a', touchpointId: 't' }, occurredAt: 0 }, position),
  ...change,
});

describe('events delivered to projections', () => {
  it('are those that are wanted, in order, each upcast once, and one that fails as the log holds it', () => {
    const type = fc.constantFrom('PageViewed', 'OrderPlaced', 'NobodyWants');
    const fate = fc.constantFrom('fine', 'fine', 'fails', 'unreadable');
    fc.assert(
      fc.property(fc.array(fc.tuple(type, fate)), given => {
        const events = given.map(([each, how], at) =>
          viewed(at + 1, { type: each, ...(how === 'unreadable' && { unreadable: 'no JSON' }) }),
        );
        const seen: number[] = [];
        const upcast = (event: RecordedEvent): RecordedEvent => {
          seen.push(event.position);
          if (given[event.position - 1]![1] === 'fails') throw new RangeError(`no ${event.position}`);
          return { ...event, version: 2 };
        };
        const plain = given.flatMap(([each, how], at): readonly Delivery[] => {
          const raw = events[at]!;
          if (each === 'NobodyWants') return [];
          if (how === 'unreadable') return [{ event: raw, raw, error: 'UnreadableEvent: no JSON' }];
          if (how === 'fails') return [{ event: raw, raw, error: `RangeError: no ${at + 1}` }];
          return [{ event: { ...raw, version: 2 }, raw, error: null }];
        });
        expect(deliver(events, each => each !== 'NobodyWants', upcast)).toEqual(plain);
        const readable = plain.filter(({ raw }) => raw.unreadable === undefined);
        expect(seen).toEqual(readable.map(({ raw }) => raw.position));
      }),
    );
  });

  it('are the very events of the log where nothing brings them up to date', () => {
    const event = viewed(1);
    const [delivery] = deliver([event], () => true, undefined);
    expect(delivery!.event).toBe(event);
    expect(delivery!.raw).toBe(event);
  });

  it('say in words what was thrown, though it is no error', () => {
    const [delivery] = deliver(
      [viewed(1)],
      () => true,
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw 'a word';
      },
    );
    expect(delivery!.error).toBe('a word');
  });
});
