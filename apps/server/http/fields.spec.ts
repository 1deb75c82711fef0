import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { BadRequest } from './bad-request.ts';
import { readBody } from './body.pipe.ts';
import {
  CurrencyField,
  EmailField,
  IdField,
  InstantField,
  IntegerField,
  LabelField,
  ListField,
  ObjectField,
  PhoneField,
  ProbabilityField,
  RecordField,
  TextField,
} from './fields.ts';

const description = 'a field';

class Inner {
  @IdField({ description, required: true })
  id!: string;
}

class Body {
  @IdField({ description })
  id?: unknown;

  @TextField({ description, minLength: 2, maxLength: 3 })
  text?: unknown;

  @LabelField({ description })
  label?: unknown;

  @EmailField({ description })
  email?: unknown;

  @PhoneField({ description })
  phone?: unknown;

  @InstantField({ description })
  instant?: unknown;

  @IntegerField({ description, minimum: -1, maximum: 5 })
  integer?: unknown;

  @ProbabilityField({ description })
  probability?: unknown;

  @CurrencyField({ description })
  currency?: unknown;

  @ObjectField(() => Inner, { description })
  object?: unknown;

  @ListField(() => Inner, { description, maximum: 2 })
  list?: unknown;

  @RecordField({ description })
  record?: unknown;
}

const members = (many: number, length = 4): object =>
  Object.fromEntries(Array.from({ length: many }, (_, at) => [String(at).padStart(length, 'n'), at]));
const inner = { id: 'a' };

const accepted: Readonly<Record<keyof Body, readonly unknown[]>> = {
  id: ['a', '_-9Z', 'x'.repeat(64)],
  text: ['ab', 'abc', '  '],
  label: ['x', 'x'.repeat(200)],
  email: ['a@b', ' Ann@Example.org ', `${'x'.repeat(318)}@b`],
  phone: ['123456', '+49 (30) 123-456', 'ext. 1 2 3 4 5 6', '1'.repeat(40)],
  instant: ['2018-03-01T09:30:00+01:00', '2018-03-01T09:30Z'],
  integer: [-1, 0, 5],
  probability: [0, 0.5, 1],
  currency: ['EUR', 'JPY', 'BHD'],
  object: [inner],
  list: [[], [inner], [inner, inner]],
  record: [{}, members(100), members(1, 100), { nested: { list: [null] } }],
};

const refused: Readonly<Record<keyof Body, readonly unknown[]>> = {
  id: ['', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(65), 7, ['a']],
  text: ['', 'a', 'abcd', 12, ['ab']],
  label: ['', 'x'.repeat(201)],
  email: ['', 'a', '@b', 'a@', 'a@b@c', 'a b@c', `${'x'.repeat(319)}@b`, ['a@b']],
  phone: ['12345', '', 'call me', '1'.repeat(41), 123_456],
  instant: ['2018-03-01', 'now', 0],
  integer: [-2, 6, 1.5, '1', NaN, true],
  probability: [-0.01, 1.01, '0.5', true],
  currency: ['eur', 'EU', 'EURO', 'ZZZ', ['EUR']],
  object: ['a', 7, []],
  list: [inner, 'a', [[inner]], [null], ['a'], [inner, inner, inner]],
  record: [[], 'a', 7, members(101), members(1, 101)],
};

const cases = (table: Readonly<Record<string, readonly unknown[]>>): [string, unknown][] =>
  Object.entries(table).flatMap(([name, values]) => values.map((value): [string, unknown] => [name, value]));
const errorsOf = (body: object): readonly string[] => {
  try {
    readBody(Body, body);
    return [];
  } catch (error) {
    if (error instanceof BadRequest) return error.errors.map(({ path }) => path);
    throw error;
  }
};

describe('a field', () => {
  it.each(cases(accepted))('%s takes %j as it is', (name, value) => {
    expect(JSON.stringify(readBody(Body, { [name]: value }))).toBe(JSON.stringify({ [name]: value }));
  });

  it.each([...cases(refused), ...Object.keys(refused).map((name): [string, unknown] => [name, null])])(
    '%s refuses %j',
    (name, value) => {
      const [path = '', ...others] = errorsOf({ [name]: value });
      expect(path.startsWith(name)).toBe(true);
      expect(others).toEqual([]);
    },
  );

  it('may be left out where it is not required', () => {
    expect(errorsOf({})).toEqual([]);
  });

  it.each([
    [{ object: {} }, 'object.id'],
    [{ object: { id: 'a', more: 1 } }, 'object.more'],
    [{ list: [inner, { id: '' }] }, 'list[1].id'],
    [{ list: [{ ...inner, more: 1 }] }, 'list[0].more'],
  ])('%j is refused where the fault is', (body, path) => {
    expect(errorsOf(body)).toEqual([path]);
  });
});
