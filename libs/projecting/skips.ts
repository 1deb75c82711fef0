import { v5 } from 'uuid';
import type { RecordedEvent } from '../domain/event.ts';
import { ProjectionEventSkipped } from '../domain/projection/events.ts';
import type { EventStore } from '../event-store/port.ts';

/** A projection, and the ids of events that are left out of it. */
interface Skipping {
  readonly name: string;
  readonly skipped: Set<string>;
}

/** A decision to leave an event out of a projection. */
export interface Skip {
  readonly name: string;
  readonly eventId: string;
}

/** Events that somebody decided to leave out of a projection; the decisions are in the log, in `projection-<name>`. */
export interface Skips {
  readonly type: string;
  /** Learns the decisions that the log holds. */
  readonly load: () => Promise<void>;
  /** Learns a decision that was read in the log; answers the projection and the event that it leaves out. */
  readonly learn: (event: RecordedEvent) => Skip | null;
  /** Writes a decision to the log; twice is once. `why` may be personal. */
  readonly append: (name: string, eventId: string, why: string, actor: string, now: number) => Promise<void>;
}

/** Makes one decision's id of the projection and the event. */
const namespace = '5f1d0d5c-3c0e-5b59-9d4e-1c3a3a9d7a11';

export const createSkips = (events: EventStore, subjects: readonly Skipping[]): Skips => {
  const learn = (event: RecordedEvent): Skip | null => {
    if (event.type !== ProjectionEventSkipped.type) return null;
    const { projection, eventId } = event.data as { readonly projection: string; readonly eventId: string };
    const subject = subjects.find(({ name }) => name === projection);
    if (subject === undefined) return null;
    subject.skipped.add(eventId);
    return { name: projection, eventId };
  };

  return {
    type: ProjectionEventSkipped.type,
    learn,
    load: async () => {
      for (const { name } of subjects)
        for await (const event of events.readStream(`projection-${name}`)) learn(event);
    },
    append: async (name, eventId, why, actor, now) => {
      const event = {
        id: v5(`${name}/${eventId}`, namespace),
        type: ProjectionEventSkipped.type,
        version: ProjectionEventSkipped.version,
        occurredAt: now,
        data: { projection: name, eventId, personal: { why } },
        metadata: { actor },
      };
      await events.append(`projection-${name}`, [event], 'ANY');
    },
  };
};
