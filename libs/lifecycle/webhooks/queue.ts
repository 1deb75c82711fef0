import type { LifecycleEvent } from '../port.ts';
import type { Delivery } from './port.ts';

/** A delivery that is to be made; the event is at hand unless it was read before a restart. */
export interface Work {
  readonly delivery: Delivery;
  readonly event: LifecycleEvent | null;
}

/** What is pending for a webhook, in order for each lead: nothing of a lead is due before what comes before it is done. */
export interface Queue {
  readonly add: (work: Work) => void;
  readonly size: () => number;
  readonly has: (id: string) => boolean;
  /** Takes up to so many that are due; of each lead one, and none of a lead of which one is out. */
  readonly take: (now: number, most: number) => readonly Work[];
  /** Puts one that was taken back, as it is now; or ends it, so that its lead's next one is due. */
  readonly settle: (work: Work, again: Delivery | null) => void;
  /** Makes one that is pending due at once, in its turn. */
  readonly hasten: (id: string, now: number) => void;
  /** When the next one is due that could be taken, epoch ms; null when there is none. */
  readonly nextDue: () => number | null;
}

interface Lane {
  readonly waiting: Work[];
  out: boolean;
}

export const createQueue = (): Queue => {
  const lanes = new Map<string, Lane>();
  const ids = new Set<string>();
  const dueAt = ({ delivery }: Work): number => delivery.dueAt ?? 0;

  return {
    add: work => {
      const { leadId, id } = work.delivery;
      if (ids.has(id)) return;
      ids.add(id);
      const lane = lanes.get(leadId);
      if (lane === undefined) lanes.set(leadId, { waiting: [work], out: false });
      else lane.waiting.push(work);
    },
    size: () => ids.size,
    has: id => ids.has(id),
    take: (now, most) => {
      const taken: Work[] = [];
      for (const lane of lanes.values()) {
        if (taken.length >= most) break;
        const [first] = lane.waiting;
        if (lane.out || first === undefined || dueAt(first) > now) continue;
        lane.out = true;
        taken.push(first);
      }
      return taken;
    },
    settle: ({ delivery: { leadId, id }, event }, again) => {
      const lane = lanes.get(leadId);
      if (lane === undefined) return;
      lane.out = false;
      if (again !== null) {
        lane.waiting[0] = { delivery: again, event };
        return;
      }
      lane.waiting.shift();
      ids.delete(id);
      lanes.delete(leadId);
      // Behind the others, so that one lead with much to tell doesn't hold them up.
      if (lane.waiting.length > 0) lanes.set(leadId, lane);
    },
    hasten: (id, now) => {
      for (const { waiting } of lanes.values()) {
        const at = waiting.findIndex(({ delivery }) => delivery.id === id);
        const work = waiting[at];
        if (work !== undefined) waiting[at] = { ...work, delivery: { ...work.delivery, dueAt: now } };
      }
    },
    nextDue: () => {
      let next: number | null = null;
      for (const { waiting, out } of lanes.values()) {
        const [first] = waiting;
        if (!out && first !== undefined) next = Math.min(next ?? Infinity, dueAt(first));
      }
      return next;
    },
  };
};
