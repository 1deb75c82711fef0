import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { catalog } from './catalog.ts';
import { plainProblem } from './plain.ts';
import { checkEventData } from './validate.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const uuid = '00000000-0000-4000-8000-000000000001';

describe('data of an event', () => {
  it.each([
    ['LeadCaptured', { leadId: 'l1' }],
    ['LeadCaptured', { leadId: 'l1', personal: { attributes: { 'any name': { deep: [1, null, true] } } } }],
    ['EmailBounced', { leadId: 'l1', touchpointId: 't1', status: '5.1.1' }],
    ['ProjectionEventSkipped', { projection: 'p', eventId: uuid }],
    ['OpportunityWon', { opportunityId: 'o', leadId: 'l', amount: { amount: 1, currency: 'EUR' } }],
  ])('of %s may be %j', (type, data) => expect(checkEventData(type, data)).toEqual([]));

  it.each([
    ['LeadCaptured', {}, 'leadId'],
    ['LeadCaptured', { leadId: 'a b' }, 'leadId'],
    ['LeadCaptured', { leadId: 'l', email: 'ann@example.org' }, 'email'],
    ['LeadCaptured', { leadId: 'l', personal: { surname: 'x' } }, 'personal.surname'],
    [
      'LeadCaptured',
      { leadId: 'l', personal: { attributes: { ['k'.repeat(101)]: 1 } } },
      `personal.attributes.${'k'.repeat(101)}`,
    ],
    ['LeadCaptured', { leadId: 'l', company: '' }, 'company'],
    ['LeadCaptured', { leadId: 'l', company: 'x'.repeat(201) }, 'company'],
    ['EmailBounced', { leadId: 'l', touchpointId: 't', status: '1.1.1' }, 'status'],
    [
      'OpportunityWon',
      { opportunityId: 'o', leadId: 'l', amount: { amount: 1.5, currency: 'EUR' } },
      'amount.amount',
    ],
    [
      'OpportunityWon',
      { opportunityId: 'o', leadId: 'l', amount: { amount: 1, currency: 'euro' } },
      'amount.currency',
    ],
    ['ProjectionEventSkipped', { projection: 'p', eventId: uuid.toUpperCase().replace('1', 'A') }, 'eventId'],
    ['LeadCaptured', null, ''],
    ['LeadCaptured', [], ''],
    ['LeadEaten', {}, ''],
  ])('of %s may not be %j: %s', (type, data, path) => {
    const problems = checkEventData(type, data);
    expect(problems.map(problem => problem.path)).toEqual(expect.arrayContaining([path]));
    expect(problems.every(({ message }) => message.length > 0)).toBe(true);
  });

  it.each([
    [{}, 'is missing'],
    [{ leadId: 'a b' }, 'must be an id: 1 to 64 letters (A-Z, a-z), digits, _ or -'],
    [{ leadId: 7 }, 'must be a text'],
    [{ leadId: 'l', company: '' }, 'must not be empty'],
    [{ leadId: 'l', company: 'x'.repeat(201) }, 'must have at most 200 characters'],
    [
      { leadId: 'l', campain: 'x' },
      'is no member of it; there are: leadId, company, country, origin, campaign, landingPage, personal',
    ],
    [{ leadId: 'l', personal: 'x' }, 'must be an object'],
    [null, 'must be an object'],
  ])('%j is told why in plain words', (data, message) => {
    expect(checkEventData('LeadCaptured', data)[0]?.message).toBe(message);
  });

  it.each([
    [{ amount: 1.5, currency: 'EUR' }, 'must be a whole number'],
    [{ amount: 1e13 + 1, currency: 'EUR' }, 'must be 10000000000000 or less'],
    [{ amount: 1, currency: 'euro' }, 'must be of the form: ISO 4217'],
  ])('an amount %j is told why in plain words', (amount, message) => {
    const data = { opportunityId: 'o', leadId: 'l', amount };
    expect(checkEventData('OpportunityWon', data)[0]?.message).toBe(message);
  });

  it('never comes back in a message', () => {
    const secret = 'ann@example.org';
    const data = {
      leadId: secret,
      company: { [secret]: 1 },
      personal: { email: [secret], landingPageQuery: 7 },
    };
    const messages = checkEventData('LeadCaptured', data).map(({ message }) => message);
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.join()).not.toContain(secret);
  });

  it('has at most 20 problems told of it, one a path', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x${i}`, 1]));
    expect(checkEventData('LeadCaptured', { leadId: 'l', ...many })).toHaveLength(20);
    expect(checkEventData('LeadCaptured', {})).toHaveLength(1);
  });

  it('holds no text, at any depth, that a store could not keep', () => {
    for (const text of ['a\0b', '\ud800', 'x\udc00y']) {
      expect(checkEventData('LeadCaptured', { leadId: 'l', company: text })).toHaveLength(1);
      const attributes = { list: [{ k: text }] };
      expect(checkEventData('LeadCaptured', { leadId: 'l', personal: { attributes } })[0]?.path).toBe(
        'personal.attributes.list.0.k',
      );
      const named = { leadId: 'l', personal: { attributes: { [text]: 1 } } };
      expect(checkEventData('LeadCaptured', named)[0]?.path).toBe('personal.attributes');
    }
    expect(checkEventData('LeadCaptured', { leadId: 'l', company: '😀 ok' })).toEqual([]);
  });
});

describe('plain JSON', () => {
  it.each([
    ['NaN', Number.NaN],
    ['Infinity', -Infinity],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a bigint', 1n],
    ['undefined in a list', [undefined]],
    ['a symbol', Symbol('x')],
  ])('has no %s', (_, value) => expect(plainProblem({ value })).not.toBeNull());

  it('takes a member that is undefined for an absent one', () =>
    expect(plainProblem({ a: undefined })).toBeNull());

  it('nests 20 deep and no deeper, and is not exhausted by what does', () => {
    expect(plainProblem(nested(20))).toBeNull();
    expect(plainProblem(nested(21))).toMatchObject({ message: 'must not nest deeper than 20' });
    let endless: unknown = 1;
    for (let i = 0; i < 200_000; i++) endless = [endless];
    expect(plainProblem(endless)).not.toBeNull();
  });

  it('is what comes back from JSON as it went in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), value => {
        const text = JSON.stringify(value);
        const kept = !/\\u0000|\\ud[89a-f]/i.test(text);
        expect(plainProblem(value) === null).toBe(kept);
      }),
    );
  });
});

it('every type of the catalogue compiles, and keeps free text and identity under personal', () => {
  const personal = /email$|phone$|^name$|jobTitle|reason|note|query|attributes|why/i;
  // A word out of a list is no free text.
  const isListed = (property: unknown): boolean =>
    ((property as { anyOf?: readonly object[] }).anyOf ?? [{}]).every(each => 'const' in each);
  for (const { type, schema } of catalog.values()) {
    expect(checkEventData(type, { unheardOf: 1 }).map(({ path }) => path)).toContain('unheardOf');
    const free = Object.entries(schema.properties).filter(([, property]) => !isListed(property));
    expect(free.map(([name]) => name).filter(name => personal.test(name))).toEqual([]);
  }
});
