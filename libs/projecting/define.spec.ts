import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineProjection, leadOf, type ProjectionDefinition } from './define.ts';
import { testContext } from './testing.ts';

const define = (change: Partial<ProjectionDefinition<'PageViewed', { readonly seen: number }>> = {}) =>
  defineProjection({
    name: 'pages',
    version: 1,
    entity: { PageViewed: leadOf },
    initialState: () => ({ seen: 0 }),
    evolve: ({ seen }) => ({ seen: seen + 1 }),
    ...change,
  });

describe('the definition of a projection', () => {
  it('adds nothing, doubts nothing and waits for nothing unless it says so', () => {
    const pages = define();
    expect(pages.contributes({ seen: 1 }, testContext())).toEqual([]);
    expect(pages.quality({ seen: 1 }, testContext())).toEqual([]);
    expect(pages.due({ seen: 1 }, testContext())).toBeNull();
    expect(pages.total).toBe(false);
  });

  it('has a name of lower case, digits and hyphens that begins with a letter, of 60 characters at most', () => {
    const isName = (name: string): boolean =>
      name.length >= 1 &&
      name.length <= 60 &&
      Array.from(name).every(sign => 'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(sign)) &&
      !'0123456789-'.includes(name[0]!);
    const unit = fc.constantFrom('a', 'z', '0', '9', '-', 'A', '_', '.', '/', ' ', 'é', '\n');
    const good = fc.oneof(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,70}$/),
      fc.constantFrom('a'.repeat(60), 'a'.repeat(61)),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit, maxLength: 4 }), good), name => {
        if (isName(name)) expect(define({ name }).name).toBe(name);
        else expect(() => define({ name })).toThrow(`"${name}" is no projection name`);
      }),
    );
  });

  it.each<[string, Parameters<typeof define>[0], string]>([
    ['version 0', { version: 0 }, 'pages: version must be 1 or more'],
    ['half a version', { version: 1.5 }, 'pages: version must be 1 or more'],
    ['no number as version', { version: NaN }, 'pages: version must be 1 or more'],
    [
      'a measure with a hyphen',
      { measures: ['a-b'] },
      'pages: "a-b" is no name for a dimension or measure: camelCase',
    ],
    [
      'a dimension in upper case',
      { dimensions: { Day: 'day' } },
      '"Day" is no name for a dimension or measure',
    ],
    ['a dimension without name', { dimensions: { '': 'text' } }, '"" is no name for a dimension or measure'],
    ['a measure twice', { measures: ['leads', 'leads'] }, 'pages: a dimension or measure is named twice'],
    [
      'a measure that is a dimension too',
      { dimensions: { leads: 'integer' }, measures: ['leads'] },
      'pages: a dimension or measure is named twice',
    ],
    [
      'a summary of days',
      { dimensions: { last: 'day', origin: 'text' }, summaries: [['origin'], ['last']] },
      'pages: a summary names "last", which is no text or integer dimension',
    ],
    [
      'a summary of what is not there',
      { dimensions: { origin: 'text' }, summaries: [['origin', 'colour']] },
      'pages: a summary names "colour", which is no text or integer dimension',
    ],
  ])('with %s is refused', (_, change, message) => {
    expect(() => define(change)).toThrow(message);
  });

  it('takes summaries of text and integer dimensions, also of none', () => {
    const dimensions = { origin: 'text', seen: 'integer', last: 'day' } as const;
    const summaries = [['origin', 'seen'], []];
    expect(define({ dimensions, summaries }).summaries).toEqual(summaries);
  });
});
