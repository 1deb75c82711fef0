import { describe, expect, it } from '@jest/globals';
import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { catalog } from './catalog.ts';
import type { EventDefinition } from './define-event.ts';
import { checkEventData } from './validate.ts';

const definitions = [...catalog.values()].map(definition => [definition.type, definition] as const);

interface ObjectSchema {
  readonly properties: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
}

/** Texts that a pattern of the catalogue takes; each pattern is tried with all of them. */
const samples = [
  'a',
  'l-1_Z',
  'EUR',
  '2024-02-29',
  '5.1.1',
  '00000000-0000-4000-8000-000000000001',
  'x'.repeat(64),
] as const;

/** Any value that a schema describes. */
const valueOf = (schema: TSchema): fc.Arbitrary<unknown> => {
  const given = schema as TSchema & {
    readonly anyOf?: readonly TSchema[];
    readonly const?: unknown;
    readonly pattern?: string;
    readonly patternProperties?: object;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly minItems?: number;
    readonly items?: TSchema;
  };
  if (given.anyOf !== undefined) return fc.oneof(...given.anyOf.map(valueOf));
  if (given.const !== undefined) return fc.constant(given.const);
  if (given.patternProperties !== undefined)
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }).filter(isKept), plain, { maxKeys: 3 });
  switch (given['type']) {
    case 'null':
      return fc.constant(null);
    case 'integer':
      return fc.integer({
        min: Math.max(given.minimum ?? 0, Number.MIN_SAFE_INTEGER),
        max: Math.min(given.maximum ?? 1_000, Number.MAX_SAFE_INTEGER),
      });
    case 'number':
      return fc.double({ min: given.minimum ?? 0, max: given.maximum ?? 1, noNaN: true });
    case 'array':
      return fc.array(valueOf(given.items as TSchema), { minLength: given.minItems ?? 0, maxLength: 4 });
    case 'object':
      return objectOf(given as unknown as ObjectSchema);
    case 'string': {
      const pattern = given.pattern === undefined ? null : new RegExp(given.pattern, 'u');
      if (pattern !== null) return fc.constantFrom(...samples.filter(text => pattern.test(text)));
      return fc
        .string({ minLength: given.minLength ?? 0, maxLength: Math.min(given.maxLength ?? 50, 50) })
        .filter(isKept);
    }
    default:
      throw new Error(`the specification makes no ${JSON.stringify(schema)}`);
  }
};
const isKept = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const plain = fc.constantFrom<unknown>(null, true, 0, -1.5, 'x', ['y', { z: 1 }]);

const objectOf = ({ properties, required = [] }: ObjectSchema): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, valueOf(member)])), {
    requiredKeys: [...required] as never[],
  });

const dataOf = ({ schema }: EventDefinition): fc.Arbitrary<Record<string, unknown>> => objectOf(schema);

const few = { numRuns: 25 };

describe.each(definitions)('%s', (type, definition) => {
  const schema = definition.schema as unknown as ObjectSchema;

  it('takes what its schema describes', () => {
    fc.assert(
      fc.property(dataOf(definition), data => expect(checkEventData(type, data)).toEqual([])),
      few,
    );
  });

  it('takes what came through JSON as what went in', () => {
    fc.assert(
      fc.property(dataOf(definition), data => {
        const back: unknown = JSON.parse(JSON.stringify(data));
        expect(checkEventData(type, back)).toEqual([]);
        expect(back).toEqual(JSON.parse(JSON.stringify(back)));
      }),
      few,
    );
  });

  it('needs each member that it requires, and says which is missing', () => {
    fc.assert(
      fc.property(dataOf(definition), data => {
        for (const name of schema.required ?? []) {
          const without = Object.fromEntries(Object.entries(data).filter(([member]) => member !== name));
          expect(checkEventData(type, without)).toEqual([{ path: name, message: 'is missing' }]);
        }
      }),
      few,
    );
  });

  it('has no other members, also not within its personal data', () => {
    fc.assert(
      fc.property(dataOf(definition), data => {
        expect(checkEventData(type, { ...data, unheardOf: 1 })[0]?.path).toBe('unheardOf');
        if (schema.properties['personal'] === undefined) return;
        const personal = { ...(data['personal'] as object | undefined), unheardOf: 1 };
        expect(checkEventData(type, { ...data, personal })).toContainEqual({
          path: 'personal.unheardOf',
          message: expect.stringMatching(/^is no member of it; there are: /),
        });
      }),
      few,
    );
  });

  it('takes no member of another kind, and says which it is', () => {
    fc.assert(
      fc.property(dataOf(definition), data => {
        for (const name of Object.keys(schema.properties))
          expect(checkEventData(type, { ...data, [name]: true }).map(({ path }) => path)).toContain(name);
      }),
      few,
    );
  });

  it('is described by a sentence, and has a version', () => {
    expect(definition.description).toMatch(/^[A-Z].*\.$/);
    expect(Number.isInteger(definition.version) && definition.version >= 1).toBe(true);
    expect(Object.keys(definition.upcasters)).toHaveLength(definition.version - 1);
    expect(type).toMatch(/^[A-Z][A-Za-z]+$/);
  });
});

describe('the catalogue', () => {
  it('names each type once', () => {
    expect(new Set(definitions.map(([type]) => type)).size).toBe(definitions.length);
    for (const [type, definition] of definitions) expect(definition.type).toBe(type);
  });

  it('gives ids of leads, deals, orders and touchpoints one form everywhere', () => {
    const ids = ['leadId', 'opportunityId', 'orderId', 'touchpointId', 'webhookId', 'messageId'];
    for (const [, { schema }] of definitions)
      for (const name of ids) {
        const member: TSchema | undefined = (schema as unknown as ObjectSchema).properties[name];
        if (member !== undefined) expect(member['pattern']).toBe('^[A-Za-z0-9_-]{1,64}$');
      }
  });

  it('holds money in whole minor units only', () => {
    const money = definitions.flatMap(([type, { schema }]) =>
      Object.entries((schema as unknown as ObjectSchema).properties)
        .filter(([name]) => ['amount', 'total', 'declaredRevenue', 'revenue'].includes(name))
        .map(([name, member]) => [type, name, member] as const),
    );
    expect(money.length).toBeGreaterThan(4);
    for (const [type, name, member] of money) {
      const amount = (member as unknown as ObjectSchema).properties['amount'];
      expect([type, name, amount?.['type']]).toEqual([type, name, 'integer']);
    }
  });
});
