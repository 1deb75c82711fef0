import { describe, expect, it } from '@jest/globals';
import { defineProjection, leadOf, type Projection } from '../projecting/define.ts';
import { DefinitionRefused } from './errors.ts';
import { manifestOf, projectionOf } from './manifest.ts';
import { stubOf } from './stub.ts';

/** What an analyst might write, wrong in one place or another. */
const written = (change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  name: 'pages',
  version: 2,
  description: 'Leads by pages seen',
  entity: { PageViewed: leadOf, LinkClicked: () => null },
  initialState: () => ({ seen: 0 }),
  evolve: (state: unknown) => state,
  dimensions: { seen: 'integer', landing: 'text', first: 'day' },
  measures: ['leads'],
  indexes: ['seen'],
  summaries: [['seen', 'landing']],
  workspace: ['stages'],
  contributes: () => [],
  ...change,
});

const found = (module: Readonly<Record<string, unknown>>): ReturnType<typeof projectionOf> =>
  projectionOf(module, 'x.ts');

const refusal = (module: Readonly<Record<string, unknown>>): string => {
  try {
    found(module);
  } catch (error) {
    expect(error).toBeInstanceOf(DefinitionRefused);
    return (error as DefinitionRefused).message;
  }
  throw new Error('it was taken');
};

describe('the projection of a module', () => {
  const one = written();

  it.each([
    ['its default', { default: one }, 'default'],
    ['any name', { pages: one }, 'pages'],
    ['its default where it has a name as well', { pages: one, default: one }, 'default'],
    ['the first of two names of the same', { pages: one, views: one }, 'pages'],
    [
      'beside what is none',
      { limit: 3, text: 'x', none: null, half: { evolve: leadOf }, pages: one },
      'pages',
    ],
  ])('is %s', (_, module, exported) => {
    expect(found(module)).toMatchObject({ exported, projection: { name: 'pages', version: 2 } });
  });

  it.each([
    ['nothing', {}],
    ['no object', { default: 'pages' }],
    ['null', { default: null }],
    ['half of one', { default: { evolve: leadOf } }],
    ['the other half', { default: { entity: {} } }],
  ])('is not there where it exports %s', (_, module) => {
    expect(refusal(module)).toMatch(/^x\.ts exports no projection; write `export default defineProjection\(/);
  });

  it('is one: of several all are named', () => {
    expect(refusal({ pages: written(), default: written(), clicks: written() })).toBe(
      'x.ts exports several projections (pages, default, clicks); put each in a file of its own',
    );
  });

  it('has its defaults, also where it was written without defineProjection', () => {
    const { entity, initialState, evolve } = one;
    const { projection } = found({ default: { name: 'a', version: 1, entity, initialState, evolve } });
    expect(projection).toMatchObject({ description: '', dimensions: {}, measures: [], indexes: [] });
    expect([projection.due({}, {} as never), projection.quality({}, {} as never)]).toEqual([null, []]);
  });
});

describe('a projection is refused', () => {
  it.each([
    ['a name with capitals', { name: 'Pages' }, '"Pages" is no projection name'],
    ['no version', { version: 0 }, 'version must be 1 or more'],
    ['an evolve that is none', { evolve: 'x' }, 'pages: evolve must be a function'],
    ['no initial state', { initialState: undefined }, 'pages: initialState must be a function'],
    ['contributes as a list', { contributes: [] }, 'pages: contributes must be a function'],
    ['quality as an object', { quality: {} }, 'pages: quality must be a function'],
    ['due as a number', { due: 5 }, 'pages: due must be a function'],
    ['no events', { entity: {} }, 'pages: entity must name at least one type of event'],
    ['a list of events', { entity: ['PageViewed'] }, 'pages: entity must name at least one type of event'],
    ['an entity by name', { entity: { PageViewed: 'leadId' } }, 'entity.PageViewed must be a function'],
    ['dimensions as a list', { dimensions: [], summaries: [] }, "as in { origin: 'text' }"],
    [
      'an unknown kind',
      { dimensions: { seen: 'integer', landing: 'text', at: 'month' } },
      'pages: dimension at must be one of text, integer, day',
    ],
    ['measures that are no names', { measures: [7] }, '"7" is no name for a dimension or measure'],
    ['indexes as a text', { indexes: 'seen' }, 'pages: indexes must be a list of names'],
    ['indexes of numbers', { indexes: [1] }, 'pages: indexes must be a list of names'],
    ['flat summaries', { summaries: ['seen'] }, 'pages: summaries must be a list of lists of dimensions'],
    ['a summary by day', { summaries: [['first']] }, 'a summary names "first"'],
    ['a part that the workspace lacks', { workspace: ['weather'] }, 'the workspace has no "weather"'],
    ['an initial state with a date', { initialState: () => ({ at: new Date(0) }) }, 'but at is a Date'],
    ['an initial state that is none', { initialState: () => undefined }, 'it must return the state'],
    [
      'an initial state that throws',
      {
        initialState: () => {
          throw new RangeError('out of order');
        },
      },
      'x.ts: out of order',
    ],
  ])('for %s, with the file and what is wrong', (_, change, sentence) => {
    const message = refusal({ default: written(change) });
    expect(message).toMatch(/^x\.ts: /);
    expect(message).toContain(sentence);
  });
});

describe('a projection without its code', () => {
  const { exported, projection } = found({ pages: written() });
  const said = manifestOf(exported, projection);
  // As it comes back from the registry, or from another process.
  const stub = stubOf(JSON.parse(JSON.stringify(said)) as typeof said, 'h1');

  it('says all that it says of itself', () => {
    const names = [
      'name',
      'version',
      'description',
      'dimensions',
      'measures',
      'indexes',
      'summaries',
    ] as const;
    for (const name of names) expect([name, stub[name]]).toEqual([name, projection[name]]);
    expect([stub.workspace, stub.hash, said.exported]).toEqual([['stages'], 'h1', 'pages']);
    expect(stub.initialState()).toEqual({ seen: 0 });
  });

  it('knows the lead of an event by reference, and nothing of other entities', () => {
    expect(said.types).toEqual({ PageViewed: 'lead', LinkClicked: 'other' });
    expect(stub.entity['PageViewed']).toBe(leadOf);
    expect(() => stub.entity['LinkClicked']!({} as never)).toThrow('pages is folded in a process of its own');
  });

  it.each(['evolve', 'contributes', 'quality', 'due'] as const)('runs no %s', part => {
    expect(() => (stub[part] as Projection['due'])({}, {} as never)).toThrow('in a process of its own');
  });

  it('says the same again', () => {
    const plain = defineProjection({ ...stub, name: 'pages' } as never);
    expect(JSON.stringify(manifestOf('pages', plain))).toBe(JSON.stringify({ ...said }));
  });
});
