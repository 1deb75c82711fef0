import type { SchemaObject } from '../http/schema-object.ts';
import type { TObject } from '@sinclair/typebox';
import { touchpoints } from '../../../libs/domain/touchpoint/events.ts';

/** JSON Schema of a touchpoint as clients send it: one of the types of the catalogue. */
export const touchpointSchema = (): SchemaObject => ({
  description: 'A fact; its type says which fields it has',
  oneOf: touchpoints.map(({ type, description, schema }) => ({
    type: 'object',
    title: type,
    description,
    required: ['id', 'type', 'leadId'],
    additionalProperties: false,
    properties: {
      id: plain(schema.properties.touchpointId),
      type: { type: 'string', enum: [type] },
      occurredAt: { type: 'string', format: 'date-time', description: 'Now where left out' },
      ...fields(schema),
    },
  })),
});

// The id is sent as `id`, and a query is split off the address that is sent.
const derived = new Set(['touchpointId', 'query']);

const fields = (schema: TObject): Record<string, SchemaObject> => {
  const { personal, ...own } = schema.properties;
  const texts = (personal?.properties ?? {}) as TObject['properties'];
  return Object.fromEntries(
    Object.entries({ ...own, ...texts })
      .filter(([name]) => !derived.has(name))
      .map(([name, value]) => [name, plain(value)]),
  );
};

// TypeBox keeps its own marks under symbols, which JSON leaves out.
const plain = (schema: unknown): SchemaObject => JSON.parse(JSON.stringify(schema)) as SchemaObject;
