import type { Metric } from '../../../libs/metrics/define.ts';
import {
  eventFunnelDimensions,
  eventTypes,
  orders,
  type EventFunnelQuery,
} from '../../../libs/event-funnel/index.ts';
import { atLeast, conditions, dayOrInstant, list, text } from '../http/parameter-kinds.ts';
import { readParameters, type Parameters } from '../http/parameters.ts';

/** What `GET /v1/funnel` takes when it is asked for events instead of stages. */
const parameters = {
  events: list(
    `2 to 10 types of events, for a funnel of events instead of stages; \`within\` may be 30m, 12h or 7d then. There are: ${eventTypes.join(', ')}`,
    'EmailSent,EmailOpened,LinkClicked',
  ),
  order: text(
    'With `events`: `ordered` (others may come between; where left out), `strict` (none between) or `any` order',
    orders[0],
    20,
  ),
  within: text(
    'With `events`: the last one comes at most so long after the first: 30m, 12h, 7d; a number means days',
    '7',
    20,
  ),
  from: dayOrInstant('Inclusive', '2018-01-01'),
  to: dayOrInstant('Exclusive', '2018-07-01'),
  by: list(`Dimensions to break down by: ${eventFunnelDimensions.join(', ')}`, 'origin'),
  where: conditions('origin:social'),
  atLeast,
} satisfies Parameters;

const own = { events: parameters.events, order: parameters.order };

/** What the metric takes besides its own parameters. */
export const eventParameters = (metric: Metric): Parameters => (metric.name === 'funnel' ? own : {});

/** Whether a query is about events. */
export const asksForEvents = (metric: Metric, query: unknown): boolean =>
  metric.name === 'funnel' && Object.hasOwn(query as object, 'events');

/** @throws BadRequest */
export const readEventQuery = (
  given: unknown,
): { readonly query: EventFunnelQuery; readonly atLeast: number | undefined } => {
  const { from, to, order, within, atLeast: position, ...rest } = readParameters(parameters, given);
  return {
    query: {
      ...rest,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(order === undefined ? {} : { order }),
      ...(within === undefined ? {} : { within }),
    },
    atLeast: position,
  };
};
