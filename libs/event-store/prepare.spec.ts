import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { anEvent, events } from '../../test/support/events.ts';
import type { NewEvent } from '../domain/event.ts';
import { plainCodec, type PersonalCodec } from './codec.ts';
import { InvalidAppend } from './errors.ts';
import type { ExpectedRevision } from './port.ts';
import { prepareAppend, type PreparedAppend } from './prepare.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

interface Options {
  readonly stream?: string;
  readonly expected?: ExpectedRevision;
  readonly codec?: PersonalCodec;
}
const prepare = (
  list: readonly NewEvent[] = [anEvent()],
  { stream = 'lead-1', expected = 'ANY', codec = plainCodec }: Options = {},
): PreparedAppend => prepareAppend(stream, list, expected, codec);

/** The rule that an append breaks; null when it is taken. */
const ruleOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof InvalidAppend) return error.rule;
    throw error;
  }
};

/** Texts of the right letters now and then, so that both answers come up. */
const texts = (alphabet: string, longest: number) =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: longest + 2 }),
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.integer({ min: longest - 2, max: longest + 2 }).map(length => 'x'.repeat(length)),
  );

describe('the names of an append', () => {
  it('of its stream are 1 to 200 characters of those that every engine takes', () => {
    const allowed = new Set(`${letters}${digits}_.:-`);
    fc.assert(
      fc.property(texts([...allowed].join(''), 200), stream => {
        const fits =
          stream.length >= 1 && stream.length <= 200 && stream.split('').every(c => allowed.has(c));
        expect(ruleOf(() => prepare([anEvent()], { stream }))).toBe(fits ? null : 'stream-name');
      }),
    );
  });

  it('of its types are a letter and up to 99 letters and digits', () => {
    const allowed = new Set(`${letters}${digits}`);
    fc.assert(
      fc.property(texts([...allowed].join(''), 100), type => {
        const units = type.split('');
        const fits =
          type.length >= 1 &&
          type.length <= 100 &&
          units.every(c => allowed.has(c)) &&
          letters.includes(units[0]!);
        expect(ruleOf(() => prepare([anEvent({ type })]))).toBe(fits ? null : 'event-type');
      }),
    );
  });

  it('are quoted in a refusal, but no more than a piece of a long one', () => {
    const stream = `no name ${'x'.repeat(500)}`;
    expect(() => prepare([anEvent()], { stream })).toThrow(`not ${JSON.stringify(stream.slice(0, 80))}`);
    expect(() => prepare([anEvent()], { stream: { toString: () => 'lead-1' } as never })).toThrow(
      'not object',
    );
    expect(() => prepare([anEvent({ id: `${randomUUID()}\n` })])).toThrow(
      /a UUID in lower case, not "[0-9a-f-]{36}\\n"$/,
    );
  });
});

describe('the revision that an append expects', () => {
  it('is a wish or an integer from 0', () => {
    const odd = fc.oneof(
      fc.anything(),
      fc.double(),
      fc.integer(),
      fc.constantFrom('NO_STREAM', 'STREAM_EXISTS', 'ANY', 'any', '0', -0, -1, 0.5, 2 ** 53, 2 ** 53 - 1),
    );
    fc.assert(
      fc.property(odd, expected => {
        const isWish = ['NO_STREAM', 'STREAM_EXISTS', 'ANY'].some(wish => wish === expected);
        const isRevision =
          typeof expected === 'number' && expected % 1 === 0 && expected >= 0 && expected < 2 ** 53;
        const rule = ruleOf(() => prepareAppend('lead-1', [anEvent()], expected as never, plainCodec));
        expect(rule).toBe(isWish || isRevision ? null : 'expected-revision');
      }),
    );
  });
});

describe('an event that is prepared', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const members = fc.dictionary(
    fc.string().filter(name => name !== '__proto__'),
    json,
    { maxKeys: 4 },
  );

  it('holds its data without the personal member, and that as its codec wrote it', () => {
    fc.assert(
      fc.property(members, fc.option(json, { nil: undefined, freq: 2 }), (rest, personal) => {
        const data = personal === undefined ? rest : { ...rest, personal };
        const [event] = prepare([anEvent({ data })]).events;
        const whole = JSON.parse(event!.data) as object;
        expect(whole).not.toHaveProperty('personal');
        const together =
          event!.personal === null ? whole : { ...whole, personal: JSON.parse(event!.personal) as unknown };
        expect(together).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  it('gives the codec the personal member once, with the lead whose it is', () => {
    const encode = jest.fn<PersonalCodec['encode']>(() => 'sealed');
    const codec = { ...plainCodec, encode };
    const { events: prepared } = prepare(
      [
        anEvent({ data: { personal: { name: 'Ann' } }, metadata: { leadId: 'l7' } }),
        anEvent({ data: { personal: null }, metadata: {} }),
        anEvent({ data: { personal: undefined, n: 1 } }),
        anEvent({ data: Object.create(null, { n: { value: 2, enumerable: true } }) as object }),
      ],
      { codec },
    );
    expect(encode.mock.calls).toEqual([
      [{ name: 'Ann' }, 'l7'],
      [null, null],
    ]);
    expect(prepared.map(({ personal }) => personal)).toEqual(['sealed', 'sealed', null, null]);
    expect(prepared.map(({ data }) => data)).toEqual(['{}', '{}', '{"n":1}', '{"n":2}']);
  });

  it('is not changed by what its caller does to it afterwards', () => {
    const data = { list: [1], personal: { name: 'Ann' } };
    const metadata = { actor: 'api', leadId: 'l1' };
    const list = [anEvent({ data, metadata })];
    const prepared = prepare(list);
    const before = structuredClone(prepared);
    data.list.push(2);
    data.personal.name = 'Bob';
    metadata.actor = 'nobody';
    list.push(anEvent());
    expect(prepared).toEqual(before);
  });

  it('is found by its lead where it has one of 1 to 64 characters', () => {
    const ids = fc.oneof(
      fc.string({ maxLength: 5, unit: 'binary' }),
      fc.string({ minLength: 60, maxLength: 70 }),
      fc.anything(),
    );
    fc.assert(
      fc.property(ids, leadId => {
        const list = [anEvent({ metadata: { leadId } as never })];
        const fits =
          typeof leadId === 'string' &&
          leadId.length >= 1 &&
          leadId.length <= 64 &&
          !/\p{Surrogate}/u.test(leadId);
        const rule = ruleOf(() => prepare(list));
        expect(rule).toBe(fits || leadId === undefined ? null : 'event-metadata');
        if (rule === null) expect(prepare(list).events[0]!.leadId).toBe(leadId ?? null);
      }),
    );
  });

  it.each<[string, string, Partial<Record<keyof NewEvent, unknown>>, string]>([
    [
      'event-id',
      'an id in capitals',
      { id: randomUUID().toUpperCase() },
      "an event's id is a UUID in lower case",
    ],
    ['event-version', 'version 0', { version: 0 }, 'is not an integer from 1'],
    ['event-time', 'a date for a time', { occurredAt: new Date(0) }, 'is not epoch milliseconds'],
    ['event-data', 'a list for data', { data: [] }, 'is not a plain object'],
    ['event-data', 'a bigint in its data', { data: { n: 1n } }, 'holds a bigint'],
    ['event-metadata', 'no metadata', { metadata: undefined }, 'is not a plain object'],
    ['event-metadata', 'NaN in its metadata', { metadata: { n: NaN } }, 'holds NaN'],
  ])('is refused by %s for %s, and named', (rule, _, changes, detail) => {
    const event = { ...anEvent(), ...changes } as NewEvent;
    const work = (): unknown => prepare([anEvent(), event]);
    expect(ruleOf(work)).toBe(rule);
    expect(work).toThrow(detail);
    if (rule !== 'event-id') expect(work).toThrow(`${event.type} ${event.id}`);
  });
});

describe('the ids of an append', () => {
  it('may not stand in it twice, wherever the two stand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), fc.nat(), (count, a, b) => {
        const list = events(count);
        const [one, other] = [a % count, b % count];
        list[other] = { ...list[other]!, id: list[one]!.id };
        expect(ruleOf(() => prepare(list))).toBe(one === other ? null : 'duplicate-id');
        if (one !== other) expect(() => prepare(list)).toThrow(`the id ${list[one]!.id} stands twice`);
      }),
    );
  });

  it('stay in their order, and so do the events', () => {
    const list = events(50);
    expect(prepare(list).events.map(({ id, data }) => [id, data])).toEqual(
      list.map(({ id }, n) => [id, `{"n":${n}}`]),
    );
  });
});
