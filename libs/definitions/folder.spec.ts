import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../domain/event.ts';
import { defineProjection, leadOf, type Projection } from '../projecting/define.ts';
import type { Assigned } from '../projecting/delivery.ts';
import { createFolder, type Folder } from '../projecting/fold.ts';
import { recorded, testContext } from '../projecting/testing.ts';
import type { Bridge, Question } from './bridge.ts';
import { DefinitionRefused, DefinitionStopped } from './errors.ts';
import { createRemoteFolder } from './folder.ts';
import { manifestOf } from './manifest.ts';
import type { Outcome, Request } from './protocol.ts';
import { createResponder } from './respond.ts';
import { patience } from './stops.ts';
import { stubOf } from './stub.ts';

interface Seen {
  readonly seen: number;
}

/** What a definition does at an event: answers, loops, takes all memory. */
const pages = (entity: (event: RecordedEvent) => string | null): Projection =>
  defineProjection({
    name: 'pages',
    version: 1,
    entity: { PageViewed: entity },
    initialState: (): Seen => ({ seen: 0 }),
    evolve: (state, event): Seen => {
      if (event.data.url === 'throw') throw new RangeError('unheard of');
      if (event.data.url === 'large') return { ...state, text: 'x'.repeat(1_000_001) } as Seen;
      return { seen: state.seen + 1 };
    },
    dimensions: { seen: 'integer' },
    measures: ['leads'],
    contributes: ({ seen }) => [{ cell: { seen }, add: { leads: 1 } }],
    due: ({ seen }) => (seen > 2 ? 5 : null),
  });

const view = (position: number, leadId: string, url = '/'): RecordedEvent =>
  recorded({ type: 'PageViewed', data: { leadId, touchpointId: 't', url }, occurredAt: position }, position);

/** A bridge to a definition in this very process, that stops as a real one would. */
const bridgeTo = (projection: Projection): Bridge & { readonly asked: readonly Request[] } => {
  const asked: Request[] = [];
  const traced: number[] = [];
  const responder = createResponder(
    projection,
    testContext(),
    error => `${String(error)} (x.ts:1)`,
    'x.ts',
    position => void traced.push(position),
  );
  const respond = (request: Request): Outcome => {
    if (request.op === 'load') return { error: 'not asked' };
    if (request.op === 'standings') return { ok: responder.standings(request.states) };
    const at = request.events.find(
      ({ event, error }) => error === null && /^(loop|memory|lost)$/.test(urlOf(event)),
    );
    const bad = at === undefined ? '' : urlOf(at.event);
    if (bad === 'loop') return { hung: at!.event.position };
    if (bad === 'memory') return { ended: 'memory', at: at!.event.position };
    if (bad === 'lost') return { ended: 'memory', at: null };
    return { ok: request.op === 'fold' ? responder.fold(request) : responder.assign(request.events) };
  };
  const askNow = ({ line }: Question): Outcome => {
    const request = JSON.parse(line ?? 'null') as Request;
    asked.push(request);
    return JSON.parse(JSON.stringify(respond(request))) as Outcome;
  };
  return {
    asked,
    askNow,
    ask: question => Promise.resolve(askNow(question)),
    close: () => Promise.resolve(),
  };
};

const urlOf = (event: RecordedEvent): string => (event.data as { readonly url: string }).url;

const remote = (
  entity: Parameters<typeof pages>[0] = leadOf as never,
  strict = false,
): { readonly folder: Folder; readonly local: Folder; readonly bridge: ReturnType<typeof bridgeTo> } => {
  const projection = pages(entity);
  const bridge = bridgeTo(projection);
  const place = { bridge, key: 'k', entry: '/x.ts', file: '/home/ann/x.ts', strict };
  const folder = createRemoteFolder(stubOf(manifestOf('pages', projection), 'h'), testContext(), place);
  return { folder, bridge, local: createFolder(projection, testContext()) };
};

const assignedBy = (folder: Folder, events: readonly RecordedEvent[]): readonly Assigned[] =>
  folder.assign(
    events.map(event => ({ event, raw: event, error: null })),
    new Set(),
  );
const nobody = (): undefined => undefined;
const none: ReadonlySet<string> = new Set();

describe('folding in another process', () => {
  const events = [view(1, 'a'), view(2, 'b'), view(3, 'a'), view(4, 'c', 'throw'), view(5, 'c')];

  it('comes out as in this one, at once and later', async () => {
    const { folder, local } = remote();
    const given = assignedBy(folder, events);
    expect(given).toEqual(assignedBy(local, events));
    const wanted = local.fold(given, nobody, none);
    const plain = (folded: typeof wanted): unknown => [
      Array.from(folded.changed, ([id, { state, due }]) => [id, state, due]),
      folded.cells,
    ];
    expect(plain(folder.fold(given, nobody, none))).toEqual(plain(wanted));
    expect(plain(await folder.elsewhere!.fold(given, nobody, none))).toEqual(plain(wanted));
  });

  it('parks what throws, with its place, and what waits behind it', () => {
    const { folder } = remote();
    const { park } = folder.fold(assignedBy(folder, events), nobody, none);
    expect(park).toMatchObject([
      { entity: 'c', position: 4, error: 'RangeError: unheard of (x.ts:1)', raw: events[3] },
      { entity: 'c', position: 5, error: null, raw: events[4] },
    ]);
  });

  it('goes on from what is known, and leaves alone who is parked', () => {
    const { folder, local, bridge } = remote();
    const known = (id: string): ReturnType<Folder['standing']> | undefined =>
      id === 'a' ? folder.standing({ seen: 7 }) : undefined;
    const folded = folder.fold(assignedBy(folder, events.slice(0, 2)), known, new Set(['b', 'z']));
    const { cells } = local.standing({ seen: 8 });
    expect([...folded.changed]).toMatchObject([
      ['a', { state: { seen: 8 }, due: 5, cells: cells.map(({ cell, add }) => ({ cell, add })) }],
    ]);
    expect(folded.cells).toEqual([
      { cell: { seen: 7 }, add: { leads: -1 } },
      { cell: { seen: 8 }, add: { leads: 1 } },
    ]);
    expect(folded.park).toMatchObject([{ entity: 'b', error: null }]);
    // What follows from a known state is worked out over there.
    expect(bridge.asked.map(({ op }) => op)).toEqual(['fold']);
  });

  it('asks for an entity only where that is not the lead', async () => {
    const byLead = remote();
    await byLead.folder.elsewhere!.assign([], none);
    assignedBy(byLead.folder, events);
    expect(byLead.bridge.asked).toEqual([]);
    const { folder, local } = remote(event => {
      if (event.position === 2) throw new Error('whose?');
      return event.position === 3 ? null : event.stream;
    });
    const found = assignedBy(folder, events);
    expect(found.map(({ entity }) => entity)).toEqual(assignedBy(local, events).map(({ entity }) => entity));
    expect(found[1]).toMatchObject({ entity: `!${events[1]!.id}`, error: 'Error: whose? (x.ts:1)' });
  });

  it('asks for standings when somebody looks, together where they are foreseen', () => {
    const { folder, bridge } = remote();
    const one = folder.standing({ seen: 3 });
    expect(bridge.asked).toEqual([]);
    expect([one.state, one.due, one.quality]).toEqual([{ seen: 3 }, 5, []]);
    expect(one.cells).toMatchObject([{ cell: { seen: 3 }, add: { leads: 1 } }]);
    expect(bridge.asked).toHaveLength(1);
    const states = [{ seen: 1 }, { seen: 2 }];
    folder.foresee!(states);
    expect(states.map(state => folder.standing(state).cells[0]!.cell)).toEqual(states);
    expect(bridge.asked).toHaveLength(2);
  });

  it('says the file also where the answer, and not the code, is wrong', () => {
    const odd: Projection = {
      ...pages(leadOf as never),
      contributes: () => [{ cell: { mood: 'good' }, add: {} }],
    };
    const place = { bridge: bridgeTo(odd), key: 'k', entry: '/x.ts', file: '/x.ts', strict: false };
    const folder = createRemoteFolder(stubOf(manifestOf('pages', odd), 'h'), testContext(), place);
    const { park } = folder.fold(assignedBy(folder, [view(1, 'a')]), nobody, none);
    expect(park).toMatchObject([{ entity: 'a', error: expect.stringMatching(/mood.*\(x\.ts\)/) }]);
  });

  it('gives equal cells equal keys, whichever process worked them out', () => {
    const { folder } = remote();
    const [one] = folder.fold(assignedBy(folder, [view(1, 'a')]), nobody, none).changed.values();
    expect(folder.standing({ seen: 1 }).cells).toEqual(one!.cells);
    expect(folder.standing({ seen: 2 }).cells[0]!.key).not.toBe(one!.cells[0]!.key);
  });

  it('parks a state beyond a megabyte', () => {
    const { folder } = remote();
    const { park, changed } = folder.fold(
      assignedBy(folder, [view(1, 'a'), view(2, 'a', 'large'), view(3, 'b')]),
      nobody,
      none,
    );
    expect(park).toMatchObject([
      { entity: 'a', position: 2, error: expect.stringContaining('1000000 characters') },
    ]);
    expect([...changed].map(([id, { state }]) => [id, state])).toEqual([
      ['a', { seen: 1 }],
      ['b', { seen: 1 }],
    ]);
  });

  it.each([
    ['loop', 'did not come back within 5 s, and was stopped'],
    ['memory', 'ended its process, most likely by taking more than'],
  ])('parks the event where it had to be stopped: %s', (url, sentence) => {
    const { folder } = remote();
    const { park, changed } = folder.fold(
      assignedBy(folder, [view(1, 'a'), view(2, 'b', url), view(3, 'b'), view(4, 'a')]),
      nobody,
      none,
    );
    expect(park).toMatchObject([
      { entity: 'b', position: 2, error: expect.stringContaining(`/home/ann/x.ts ${sentence}`) },
      { entity: 'b', position: 3, error: null },
    ]);
    expect([...changed].map(([id, { state }]) => [id, state])).toEqual([['a', { seen: 2 }]]);
  });

  it('parks all events of the batch where nobody knows which was at fault', () => {
    const { folder } = remote();
    const { park } = folder.fold(assignedBy(folder, [view(1, 'a'), view(2, 'b', 'lost')]), nobody, none);
    expect(park.map(({ position }) => position)).toEqual([1, 2]);
  });

  it('is not run any more after it was stopped so often', () => {
    const { folder, bridge } = remote();
    for (let round = 1; round <= patience; round++)
      folder.fold(assignedBy(folder, [view(round, `l${round}`, 'loop')]), nobody, none);
    const before = bridge.asked.length;
    const { park } = folder.fold(assignedBy(folder, [view(9, 'a')]), nobody, none);
    expect(bridge.asked).toHaveLength(before);
    expect(park).toMatchObject([
      { entity: 'a', error: `/home/ann/x.ts was stopped ${patience} times, and is not run any more` },
    ]);
  });

  it('where it is tried, throws instead', async () => {
    const { folder } = remote(undefined, true);
    const given = assignedBy(folder, [view(7, 'a', 'loop')]);
    expect(() => folder.fold(given, nobody, none)).toThrow(DefinitionStopped);
    await expect(folder.elsewhere!.fold(given, nobody, none)).rejects.toThrow('at the event of position 7');
    expect(() => folder.standing({ seen: 'x' }).cells).toThrow();
  });

  it('says why a standing can\u2019t be had', () => {
    const projection = pages(leadOf as never);
    const bridge: Bridge = {
      askNow: () => ({ error: 'x.ts is gone' }),
      ask: () => Promise.resolve({ error: 'x.ts is gone' }),
      close: () => Promise.resolve(),
    };
    const place = { bridge, key: 'k', entry: '/x.ts', file: 'x.ts', strict: false };
    const folder = createRemoteFolder(stubOf(manifestOf('pages', projection), 'h'), testContext(), place);
    expect(() => folder.standing({ seen: 1 }).cells).toThrow(DefinitionRefused);
    const { park } = folder.fold(assignedBy(folder, [view(1, 'a')]), nobody, none);
    expect(park).toMatchObject([{ entity: 'a', error: 'x.ts is gone' }]);
  });
});
