import { canonicalJson } from '../domain/canonical.ts';
import type { NewEvent } from '../domain/event.ts';
import { catalog } from '../domain/catalog.ts';
import { derivedId } from '../handling/derived-id.ts';
import type { Context } from '../projecting/context.ts';
import type { Reminder } from '../projecting/reminder.ts';
import type { Entity } from '../read-store/port.ts';

/** A fact that is due, ready for its stream. */
export interface DueFact {
  readonly stream: string;
  readonly event: NewEvent;
}

/** Who appends what is due. */
export const actor = 'scheduler';

/**
 * The fact that is due for an entity, or null. Its id is derived from whose it is and, where the state counts such facts, from
 * their number, else from when it is due and what it says. So whoever finds it due, and how often, the log takes it once; and of
 * two that see different states at once, it takes the first, and the next one is judged by what that leaves.
 */
export const factOf = (reminder: Reminder, entity: Entity, context: Context): DueFact | null => {
  const { id: leadId, due } = entity;
  const happening = due === null ? null : reminder.fact(entity, due, context);
  if (due === null || happening === null) return null;
  const { type, data } = happening;
  const taken = reminder.taken?.(entity);
  const which = taken === undefined ? `${due} ${canonicalJson(data)}` : taken;
  const id = derivedId('due', type, leadId, which);
  return {
    stream: `lead-${leadId}`,
    event: {
      id,
      type,
      version: catalog.get(type)?.version ?? 1,
      occurredAt: due,
      data,
      metadata: { leadId, actor },
    },
  };
};
