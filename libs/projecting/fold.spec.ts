import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../domain/event.ts';
import type { CellDelta } from '../read-store/port.ts';
import { defineProjection, leadOf, type ProjectionDefinition } from './define.ts';
import { deliver, type Delivery } from './delivery.ts';
import { createFolder, pseudoEntity, type Folded, type Folder, type Standing } from './fold.ts';
import { recorded, testContext } from './testing.ts';

interface Seen {
  readonly urls: readonly string[];
}

const define = (change: Partial<ProjectionDefinition<'PageViewed', Seen>> = {}) =>
  defineProjection<'PageViewed', Seen>({
    name: 'pages',
    version: 1,
    entity: { PageViewed: leadOf },
    initialState: () => ({ urls: [] }),
    evolve: (state, event) => ({ urls: [...state.urls, event.data.url ?? ''] }),
    dimensions: { seen: 'integer', url: 'text', day: 'day', other: 'day' },
    measures: ['leads'],
    contributes: ({ urls }) => [{ cell: { seen: urls.length }, add: { leads: 1 } }],
    ...change,
  });

const view = (leadId: string, url: string, position: number): RecordedEvent =>
  recorded({ type: 'PageViewed', data: { leadId, touchpointId: 't', url }, occurredAt: 0 }, position);

const deliveries = (...events: readonly RecordedEvent[]): readonly Delivery[] =>
  events.map(event => ({ event, raw: event, error: null }));

/** One for each projection, as a runner has it. */
const folders = new WeakMap<ReturnType<typeof define>, Folder>();
const folderOf = (projection: ReturnType<typeof define>): Folder => {
  const folder = folders.get(projection) ?? createFolder(projection, testContext());
  folders.set(projection, folder);
  return folder;
};

const foldAll = (
  projection: ReturnType<typeof define>,
  events: readonly Delivery[],
  known: ReadonlyMap<string, Standing> = new Map(),
  { parked = [] as readonly string[], skipped = [] as readonly string[], careful = false } = {},
): Folded => {
  const folder = folderOf(projection);
  return folder.fold(folder.assign(events, new Set(skipped)), id => known.get(id), new Set(parked), careful);
};

describe('fold', () => {
  it('asserts what new entities contribute, added up by cell', () => {
    const { changed, cells, park } = foldAll(
      define(),
      deliveries(view('a', '/1', 1), view('b', '/1', 2), view('a', '/2', 3)),
    );
    expect(changed.get('a')?.state).toEqual({ urls: ['/1', '/2'] });
    expect(cells).toEqual([
      { cell: { seen: 2 }, add: { leads: 1 } },
      { cell: { seen: 1 }, add: { leads: 1 } },
    ]);
    expect(park).toEqual([]);
  });

  it('retracts what a known entity contributed before', () => {
    const counting = define();
    const first = foldAll(counting, deliveries(view('a', '/1', 1)));
    const { cells } = foldAll(counting, deliveries(view('a', '/2', 2)), first.changed);
    expect(cells).toEqual([
      { cell: { seen: 1 }, add: { leads: -1 } },
      { cell: { seen: 2 }, add: { leads: 1 } },
    ]);
  });

  it('leaves out what cancels out', () => {
    const steady = define({ contributes: () => [{ cell: {}, add: { leads: 1 } }] });
    const first = foldAll(steady, deliveries(view('a', '/1', 1)));
    const second = foldAll(steady, deliveries(view('a', '/2', 2)), first.changed);
    expect(second.cells).toEqual([]);
    expect(second.changed.size).toBe(1);
  });

  it('writes nothing where evolve gives the same object back', () => {
    const deaf = define({ evolve: state => state });
    const { changed, cells } = foldAll(deaf, deliveries(view('a', '/1', 1)));
    expect(changed.size).toBe(0);
    expect(cells).toEqual([]);
  });

  it('tells a dimension that is left out from one that is null', () => {
    const odd = define({
      contributes: (): readonly CellDelta[] => [
        { cell: {}, add: { leads: 1 } },
        { cell: { url: null }, add: { leads: 1 } },
        { cell: { url: '' }, add: { leads: 1 } },
      ],
    });
    expect(foldAll(odd, deliveries(view('a', '/1', 1))).cells).toHaveLength(3);
  });

  it('does not confuse neighbouring texts', () => {
    const twoTexts = define({
      dimensions: { one: 'text', two: 'text' },
      contributes: ({ urls }) => [{ cell: { one: urls[0] ?? '', two: urls[1] ?? '' }, add: { leads: 1 } }],
    });
    const { cells } = foldAll(
      twoTexts,
      deliveries(view('a', 'x/1:y', 1), view('a', 'z', 2), view('b', 'x', 3), view('b', 'y/1:z', 4)),
    );
    expect(cells).toHaveLength(2);
  });

  it('passes over events of no entity, of other types and of names that every object has', () => {
    const none = define({ entity: { PageViewed: () => null } });
    expect(foldAll(none, deliveries(view('a', '/1', 1))).changed.size).toBe(0);
    for (const type of ['LinkClicked', 'toString', 'constructor', '__proto__'])
      expect(foldAll(define(), deliveries({ ...view('a', '/1', 1), type }))).toMatchObject({
        park: [],
        cells: [],
      });
  });

  it('leaves out skipped events', () => {
    const [one, two] = [view('a', '/1', 1), view('a', '/2', 2)];
    const { changed } = foldAll(define(), deliveries(one, two), new Map(), { skipped: [one.id] });
    expect(changed.get('a')?.state).toEqual({ urls: ['/2'] });
  });
});

describe('parking', () => {
  const poison = (url: string): void => {
    if (url === 'poison') throw new Error('cannot read this');
  };
  const events = deliveries(
    view('a', '/1', 1),
    view('a', 'poison', 2),
    view('b', '/1', 3),
    view('a', '/3', 4),
  );

  it.each([
    [
      'evolve',
      define({
        evolve: (state, { data }) => (poison(data.url ?? ''), { urls: [...state.urls, data.url ?? ''] }),
      }),
    ],
    ['contributes', define({ contributes: ({ urls }) => (urls.forEach(poison), []) })],
    ['quality', define({ quality: ({ urls }) => (urls.forEach(poison), []) })],
    ['due', define({ due: ({ urls }) => (urls.forEach(poison), null) })],
  ])('keeps the event on which %s fails, and those behind it, and goes on with others', (_, projection) => {
    const { changed, park } = foldAll(projection, events);
    expect(changed.get('a')?.state).toEqual({ urls: ['/1'] });
    expect(changed.get('b')?.state).toEqual({ urls: ['/1'] });
    expect(park).toEqual([
      {
        entity: 'a',
        position: 2,
        eventId: events[1]!.event.id,
        type: 'PageViewed',
        raw: events[1]!.raw,
        error: 'Error: cannot read this',
      },
      {
        entity: 'a',
        position: 4,
        eventId: events[3]!.event.id,
        type: 'PageViewed',
        raw: events[3]!.raw,
        error: null,
      },
    ]);
  });

  it('parks by the state after each event, so that batches make no difference', () => {
    // The second event mends what the first broke; by itself the first must still park.
    const projection = define({ contributes: ({ urls }) => (poison(urls.at(-1) ?? ''), []) });
    const both = foldAll(projection, deliveries(view('a', 'poison', 1), view('a', '/2', 2)));
    expect(both.park.map(({ position }) => position)).toEqual([1, 2]);
    expect(both.changed.size).toBe(0);
  });

  it('queues events of entities that are parked already', () => {
    const { changed, park } = foldAll(define(), deliveries(view('a', '/1', 1)), new Map(), { parked: ['a'] });
    expect(changed.size).toBe(0);
    expect(park).toMatchObject([{ entity: 'a', error: null }]);
  });

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('cannot read this');
      },
      'cannot read this',
    ],
    ['gives nothing', () => undefined as never, '1 to 200 characters, not undefined'],
    ['gives an empty text', () => '', '1 to 200 characters'],
    ['gives too long a text', () => 'x'.repeat(201), '1 to 200 characters'],
  ])('parks an event whose entity function %s under its own id', (_, entity, message) => {
    const event = view('a', '/1', 1);
    const { park } = foldAll(define({ entity: { PageViewed: entity } }), deliveries(event));
    expect(park).toHaveLength(1);
    expect(park[0]).toMatchObject({ entity: pseudoEntity(event.id), eventId: event.id });
    expect(park[0]?.error).toContain(message);
  });

  it.each<[string, Partial<ProjectionDefinition<'PageViewed', Seen>>, string]>([
    ['an unknown dimension', { contributes: () => [{ cell: { nope: 1 }, add: { leads: 1 } }] }, 'nope'],
    ['an unknown measure', { contributes: () => [{ cell: {}, add: { nope: 1 } }] }, 'nope'],
    ['a fraction', { contributes: () => [{ cell: {}, add: { leads: 0.5 } }] }, 'safe integer'],
    [
      'more than a safe integer',
      { contributes: () => [{ cell: {}, add: { leads: 2 ** 53 } }] },
      'safe integer',
    ],
    [
      'a text where an integer belongs',
      { contributes: () => [{ cell: { seen: '1' }, add: { leads: 1 } }] },
      'seen',
    ],
    [
      'a day that is none',
      { contributes: () => [{ cell: { day: '2018-02-30' }, add: { leads: 1 } }] },
      '2018-02-30',
    ],
    [
      'two days',
      { contributes: () => [{ cell: { day: '2018-02-03', other: '2018-02-03' }, add: { leads: 1 } }] },
      'day',
    ],
    ['a due time that is no instant', { due: () => 1.5 }, 'due'],
    [
      'a finding by an unknown dimension',
      { quality: () => [{ reason: 'r', kept: true, cell: { nope: 1 } }] },
      'nope',
    ],
    ['a finding without a reason', { quality: () => [{ kept: true, cell: {} } as never] }, 'reason'],
    ['no state', { evolve: () => undefined as never }, 'must return the state'],
    ['a function as state', { evolve: () => (() => 1) as never }, 'plain JSON'],
  ])('refuses %s', (_, change, message) => {
    const { park, cells, changed } = foldAll(define(change), deliveries(view('a', '/1', 1)));
    expect(park[0]?.error).toContain(message);
    expect(park[0]?.entity).toBe('a');
    expect([cells, [...changed]]).toEqual([[], []]);
  });

  it('finds states that JSON cannot hold when it is told to be careful', () => {
    const projection = define({ evolve: () => ({ urls: [], n: 1n }) as never });
    expect(foldAll(projection, deliveries(view('a', '/1', 1))).park).toEqual([]);
    expect(
      foldAll(projection, deliveries(view('a', '/1', 1)), new Map(), { careful: true }).park[0]?.error,
    ).toContain('BigInt');
  });
});

describe('deliver', () => {
  it('upcasts wanted events once, and delivers those that fail with their error', () => {
    let calls = 0;
    const [good, bad, other] = [
      view('a', '/1', 1),
      view('a', 'bad', 2),
      { ...view('a', '/1', 3), type: 'Other' },
    ];
    const delivered = deliver(
      [good, bad, other],
      type => type === 'PageViewed',
      event => {
        calls++;
        if (event === bad) throw new Error('too new');
        return { ...event, version: 2 };
      },
    );
    expect(calls).toBe(2);
    expect(delivered).toEqual([
      { event: { ...good, version: 2 }, raw: good, error: null },
      { event: bad, raw: bad, error: 'Error: too new' },
    ]);
    expect(foldAll(define(), delivered).park).toMatchObject([
      { entity: 'a', error: 'Error: too new', raw: bad },
    ]);
  });
});
