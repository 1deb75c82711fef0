import { expect } from '@jest/globals';
import type { LifecycleEvent } from '../../../libs/lifecycle/index.ts';

/** What a follower of the log may do, told of everything that it does; each call fails the specification where it may not. */
export interface Model {
  /** It knows from here on that its checkpoint stands there. */
  readonly knows: (checkpoint: number) => void;
  readonly delivers: (events: readonly LifecycleEvent[]) => void;
  /** The destination has them, whether or not the follower hears of it. */
  readonly takes: (events: readonly LifecycleEvent[]) => void;
  readonly hears: (events: readonly LifecycleEvent[]) => void;
  readonly saves: (position: number) => void;
  /** It has seen all of the log. */
  readonly ends: () => void;
}

const idsOf = (events: readonly LifecycleEvent[]): readonly string[] =>
  events.map(({ cloudEvent }) => cloudEvent.id);
const firstOf = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

/** The model of a follower. @param all lifecycle events of the whole log that are for it @param head position of the log's last event */
export const followerModel = (all: readonly LifecycleEvent[], head: number): Model => {
  const taken: LifecycleEvent[] = [];
  const acknowledged = new Set<string>();
  let known = 0;

  return {
    knows: checkpoint => (known = checkpoint),
    delivers: events => {
      // What comes next after the checkpoint, and nothing before it: no gap, and no older repeat.
      const due = all.filter(({ position }) => position > known);
      expect(idsOf(events)).toEqual(idsOf(due.slice(0, events.length)));
      // What shares a position goes together, because the checkpoint can't stand between.
      expect(due[events.length]?.position).not.toBe(events.at(-1)?.position);
    },
    takes: events => void taken.push(...events),
    hears: events => idsOf(events).forEach(id => acknowledged.add(id)),
    saves: position => {
      expect(position).toBeGreaterThan(known);
      expect(position).toBeLessThanOrEqual(head);
      const before = idsOf(all.filter(each => each.position <= position));
      expect(before.filter(id => !acknowledged.has(id))).toEqual([]);
    },
    ends: () => {
      for (const [lead, events] of Map.groupBy(all, ({ leadId }) => leadId)) {
        const told = firstOf(idsOf(taken.filter(({ leadId }) => leadId === lead)));
        expect([lead, told]).toEqual([lead, idsOf(events)]);
      }
      expect(new Set(idsOf(taken)).size).toBe(all.length);
    },
  };
};
