import { describe, expect, it } from '@jest/globals';
import { Type, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Id, Label, Money, Probability, Text, Uuid, exactly } from './schema.ts';
import { inWords } from './schema-words.ts';

/** What is said of a value first. */
const said = (schema: TSchema, value: unknown): string => {
  const first = Value.Errors(schema, value).First();
  if (first === undefined) throw new Error('there is nothing wrong');
  return inWords(first);
};

const pair = exactly({ a: Type.Integer(), b: Type.Optional(Label) });

describe('what is wrong, in words', () => {
  it.each<[string, TSchema, unknown, string]>([
    ['a text for an object', pair, 'x', 'must be an object'],
    ['a list for an object', pair, [], 'must be an object'],
    ['nothing for an object', pair, null, 'must be an object'],
    ['an object without a member', pair, {}, 'is missing'],
    ['an object with another member', pair, { a: 1, c: 2 }, 'is no member of it; there are: a, b'],
    ['an object with a member where there is none', exactly({}), { c: 2 }, 'is no member of it; there are: '],
    ['an object for a list', Type.Array(Label), {}, 'must be a list'],
    ['a number for a text', Label, 5, 'must be a text'],
    ['an empty text', Label, '', 'must not be empty'],
    ['a long text', Label, 'x'.repeat(201), 'must have at most 200 characters'],
    ['a very long text', Text, 'x'.repeat(10_001), 'must have at most 10000 characters'],
    ['an id with a space', Id, 'a b', 'must be an id: 1 to 64 letters (A-Z, a-z), digits, _ or -'],
    ['an id of 65', Id, 'a'.repeat(65), 'must be an id: 1 to 64 letters (A-Z, a-z), digits, _ or -'],
    ['an empty id', Id, '', 'must be an id: 1 to 64 letters (A-Z, a-z), digits, _ or -'],
    ['a UUID in capitals', Uuid, 'A'.repeat(36), 'must be of the form: UUID in lower case'],
    ['a fraction for a whole number', Money.properties.amount, 1.5, 'must be a whole number'],
    ['a text for a whole number', Money.properties.amount, '1', 'must be a whole number'],
    ['an amount below all', Money.properties.amount, -1e13 - 1, 'must be -10000000000000 or more'],
    ['an amount above all', Money.properties.amount, 1e13 + 1, 'must be 10000000000000 or less'],
    ['a text for a number', Probability, '0.5', 'must be a number'],
    ['a probability below 0', Probability, -0.1, 'must be 0 or more'],
    ['a probability above 1', Probability, 1.1, 'must be 1 or less'],
    ['a currency in small letters', Money.properties.currency, 'eur', 'must be of the form: ISO 4217'],
  ])('%s', (_, schema, value, words) => expect(said(schema, value)).toBe(words));

  it('are those of the checker where there are no better ones', () => {
    expect(said(Type.String({ minLength: 3 }), 'x')).toMatch(/3/);
    expect(said(Type.String({ pattern: '^y$' }), 'x')).toMatch(/\^y\$/);
    expect(said(Type.Boolean(), 1)).toMatch(/boolean/);
    expect(said(Type.Array(Label, { minItems: 2 }), ['x'])).toMatch(/2/);
  });

  it.each<[string, TSchema, unknown]>([
    ['the greatest amount', Money, { amount: 10_000_000_000_000, currency: 'EUR' }],
    ['the least amount', Money, { amount: -10_000_000_000_000, currency: 'EUR' }],
    ['nothing', Money, { amount: 0, currency: 'XXX' }],
    ['certainty', Probability, 1],
    ['impossibility', Probability, 0],
    ['an id of 64', Id, '-_'.repeat(32)],
    ['a label of 200', Label, 'x'.repeat(200)],
    ['a text of nothing', Text, ''],
  ])('there is nothing to say of %s', (_, schema, value) => expect(Value.Check(schema, value)).toBe(true));

  it('never repeat the value', () => {
    const secret = 'ann@example.org';
    const schemas: readonly TSchema[] = [
      pair,
      Id,
      Uuid,
      Money,
      Probability,
      Type.Array(Label),
      Type.Boolean(),
    ];
    for (const schema of schemas)
      for (const value of [secret, { [secret]: secret }, { a: secret }, [secret, 5]])
        for (const error of Value.Errors(schema, value)) expect(inWords(error)).not.toContain(secret);
  });
});
