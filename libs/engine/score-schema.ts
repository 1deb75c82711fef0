import { Type } from '@sinclair/typebox';
import { exactly, Label } from '../domain/schema.ts';
import { touchpoints } from '../domain/touchpoint/events.ts';
import { highest, profileFields } from '../scoring/model.ts';

const Points = Type.Number({ exclusiveMinimum: 0, maximum: 1_000 });
const Name = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,59}$',
  description: 'Lower case, digits and hyphens',
});
const Patterns = Type.Array(Label, { minItems: 1, maxItems: 200 });
const Bound = Type.Number({ minimum: 0, maximum: highest });

/** Shape of the configuration's member `score`. */
export const ScoreModelSchema = exactly({
  name: Name,
  version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  groups: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }), Points)),
  fit: Type.Array(
    exactly({
      name: Name,
      field: Type.Union([
        ...profileFields.map(field => Type.Literal(field)),
        Type.TemplateLiteral([Type.Literal('attributes.'), Type.String()]),
      ]),
      values: Type.Optional(Patterns),
      points: Points,
      group: Type.Optional(Name),
    }),
    { maxItems: 100 },
  ),
  engagement: Type.Array(
    exactly({
      name: Name,
      on: Type.Union(touchpoints.map(({ type }) => Type.Literal(type))),
      where: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][A-Za-z]{0,59}$' }), Patterns)),
      points: Points,
      halfLifeDays: Type.Number({ minimum: 1 / 24, maximum: 3_650 }),
      cap: Type.Optional(Points),
      group: Type.Optional(Name),
    }),
    { maxItems: 100 },
  ),
  bands: Type.Array(exactly({ name: Name, from: Bound, below: Bound }), { minItems: 2, maxItems: 10 }),
});
