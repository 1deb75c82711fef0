import { Malformed, once, type Parameter } from '../http/parameters.ts';
import { parseInstant } from '../http/instant.ts';
import { atLeast, limit, text } from '../http/parameter-kinds.ts';

const sorts = ['id', '-id', 'score', '-score'] as const;
type Sort = (typeof sorts)[number];

const sort: Parameter<Sort | undefined> = {
  read: once(given => {
    const known = sorts.find(one => one === given);
    if (known === undefined) throw new Malformed(`must be one of ${sorts.join(', ')}`);
    return known;
  }),
  documentation: {
    description:
      '`id` (where left out) or `score`, `-` in front for descending. Leads are in order of the score at the last thing that counted, in steps of five; the scores shown are those of now',
    schema: { type: 'string', enum: [...sorts] },
    example: '-score',
  },
};

const origin: Parameter<string | null | undefined> = {
  read: once(given => {
    if (given.length > 200) throw new Malformed('must be a text of at most 200 characters');
    return given === '' ? null : given;
  }),
  documentation: {
    description: 'Where leads came from; empty: those of whom it is not known',
    schema: { type: 'string', maxLength: 200 },
    example: 'organic_search',
  },
};

const cursor = text('The `nextCursor` of the page before', 'bGVhZC00NzEx', 1_000);

/** Parameters of `GET /v1/leads`. */
export const listParameters = {
  band: text('A band of the score model', 'hot'),
  stage: text('A stage of the workspace', 'mql'),
  origin,
  sort,
  limit: limit(200, 50),
  cursor,
  atLeast,
} as const;

/** Parameters of `GET /v1/leads/{id}`. */
export const leadParameters = { atLeast } as const;

const at: Parameter<number | undefined> = {
  read: once(given => {
    const instant = parseInstant(given);
    if (instant === null) throw new Malformed('must be a time with offset (2018-03-01T09:30:00+01:00)');
    return instant;
  }),
  documentation: {
    description: 'The score at this instant, with what had happened by then; now where left out',
    schema: { type: 'string', format: 'date-time' },
    example: '2018-03-01T09:30:00+01:00',
  },
};

/** Parameters of `GET /v1/leads/{id}/score`. */
export const scoreParameters = { at, limit: limit(1_000, 100), cursor, atLeast } as const;

/** Parameters of `GET /v1/leads/{id}/timeline`. */
export const timelineParameters = { limit: limit(1_000, 100), cursor, atLeast } as const;
