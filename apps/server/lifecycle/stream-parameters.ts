import type { Wanted } from '../../../libs/lifecycle/index.ts';
import { lifecycleType, lifecycleTypes } from '../../../libs/lifecycle/index.ts';
import { BadRequest } from '../http/bad-request.ts';
import { integer, list } from '../http/parameter-kinds.ts';
import { Malformed, type Parameter, type ValuesOf } from '../http/parameters.ts';

const known = lifecycleTypes.map(({ type }) => type);

/** Names of kinds of lifecycle events, each known. */
export const lifecycleTypeList = (description: string): Parameter<readonly string[]> => {
  const names = list(description, 'leadfold.lead.qualified,leadfold.opportunity.won');
  return {
    read: values => {
      const types = names.read(values);
      if (types.some(type => lifecycleType(type) === undefined))
        throw new Malformed(`must be types of lifecycle events: ${known.join(', ')}`);
      return types;
    },
    documentation: names.documentation,
  };
};

/** Parameters of `GET /v1/events/stream`. */
export const streamParameters = {
  after: integer('Events after this position of the log; what comes from now on where left out', {
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    example: 0,
  }),
  types: lifecycleTypeList('Types of lifecycle event, as a list or repeated; all where left out'),
} as const;

/**
 * What a client wants. The place where it was cut off counts for more than where it began.
 *
 * @throws BadRequest when the place is no position
 */
export const wanted = (
  { after, types }: ValuesOf<typeof streamParameters>,
  lastEventId: string | readonly string[] | undefined,
): Wanted => ({
  types: types.length === 0 ? null : new Set(types),
  after: lastEventId === undefined || lastEventId === '' ? (after ?? null) : positionIn(lastEventId),
});

const positionIn = (lastEventId: string | readonly string[]): number => {
  const position =
    typeof lastEventId === 'string' && /^\d{1,16}$/.test(lastEventId) ? Number(lastEventId) : NaN;
  if (Number.isSafeInteger(position)) return position;
  throw new BadRequest([{ path: 'Last-Event-ID', message: 'must be a position: the id of an event before' }]);
};
