import type { EventFilter } from '../../../libs/event-store/port.ts';
import type { Calendar } from '../../../libs/projecting/context.ts';
import { parseInstant } from '../http/instant.ts';
import {
  atLeast,
  dayOrInstant,
  id,
  integer,
  limit,
  list,
  positionCursor,
  text,
} from '../http/parameter-kinds.ts';
import type { ValuesOf } from '../http/parameters.ts';

/** Parameters of `GET /v1/events`. */
export const eventParameters = {
  after: integer('Events after this position of the log', {
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    example: 0,
  }),
  type: list('Types of event, as a list or repeated', 'LeadCaptured,OpportunityWon'),
  leadId: id('Events that touch this lead', 'lead-4711'),
  actor: text('Who acted', 'api'),
  from: dayOrInstant("occurredAt from here on; a date of the workspace's zone or an instant", '2018-01-01'),
  to: dayOrInstant('occurredAt before this', '2018-07-01'),
  limit: limit(1_000, 100),
  cursor: positionCursor,
  atLeast,
} as const;

/** What to look for; days begin in the workspace's zone. */
export const eventFilter = (
  values: Pick<ValuesOf<typeof eventParameters>, 'type' | 'leadId' | 'actor' | 'from' | 'to'>,
  calendar: Calendar,
): EventFilter => {
  const { type, leadId, actor, from, to } = values;
  const instant = (when: string): number => parseInstant(when) ?? calendar.startOf(when);
  return {
    ...(type.length === 0 ? {} : { types: type }),
    ...(leadId === undefined ? {} : { leadId }),
    ...(actor === undefined ? {} : { actor }),
    ...(from === undefined ? {} : { occurredFrom: instant(from) }),
    ...(to === undefined ? {} : { occurredTo: instant(to) }),
  };
};
