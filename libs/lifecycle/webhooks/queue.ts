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
  /** Those that aren't out. */
  readonly waiting: () => readonly Delivery[];
  /** Puts one that is waiting in its own place, as it is now. */
  readonly replace: (delivery: Delivery) => void;
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
    waiting: () =>
      [...lanes.values()].flatMap(({ waiting, out }) =>
        waiting.slice(out ? 1 : 0).map(({ delivery }) => delivery),
      ),
    replace: delivery => {
      const { waiting, out } = lanes.get(delivery.leadId) ?? { waiting: [], out: false };
      const at = waiting.findIndex(work => work.delivery.id === delivery.id);
      const work = waiting[at];
      if (work !== undefined && !(out && at === 0)) waiting[at] = { ...work, delivery };
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
