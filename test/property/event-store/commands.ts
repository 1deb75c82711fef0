import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { NewEvent } from '../../../libs/domain/event.ts';
import { WrongExpectedRevision } from '../../../libs/event-store/errors.ts';
import type { Appended, EventStore, ExpectedRevision } from '../../../libs/event-store/port.ts';
import { collect, given } from '../../support/events.ts';
import type { Subject } from '../../contract/event-store/setup.ts';
import type { LogModel, Outcome, Placed } from './model.ts';

/** The real log, and the store that is open over it now. */
export interface Real {
  readonly subject: Subject;
  store: EventStore;
  /** Whether appends to several streams that are under way at once stand in the log in the order of the calls. */
  readonly inCallOrder: boolean;
}

/** Few streams and few ids, so that they meet often. */
const streams = ['lead-1', 'lead-2', 'opportunity-1', 'message-1'];
const types = ['PageViewed', 'LinkClicked', 'OrderPlaced'];
const leads = ['l1', 'l2'];

const idOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

const event: fc.Arbitrary<NewEvent> = fc.record({
  id: fc.integer({ min: 0, max: 25 }).map(idOf),
  type: fc.constantFrom(...types),
  version: fc.integer({ min: 1, max: 3 }),
  occurredAt: fc.integer({ min: -1_000, max: 1_000 }),
  data: fc.oneof(
    fc.record({ n: fc.integer() }),
    fc.record({
      personal: fc.record({ email: fc.string({ unit: 'binary' }) }),
      leadId: fc.constantFrom(...leads),
    }),
    fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })),
  ),
  metadata: fc.record(
    { actor: fc.constantFrom('api', 'demo'), leadId: fc.constantFrom(...leads) },
    { requiredKeys: [] },
  ),
});

const expected: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.constantFrom<ExpectedRevision>('NO_STREAM', 'STREAM_EXISTS', 'ANY', 'ANY'),
  fc.integer({ min: 0, max: 8 }),
);

const append = fc.record({
  stream: fc.constantFrom(...streams),
  events: fc.uniqueArray(event, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
  expected,
});
type Append = typeof append extends fc.Arbitrary<infer T> ? T : never;

const settled = async (appending: Promise<Appended>): Promise<Appended | WrongExpectedRevision> => {
  try {
    return await appending;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return error;
    throw error;
  }
};

/** Compares an answer with the model's; the position is that of the event which the log holds at the place. */
const check = async (
  store: EventStore,
  got: Appended | WrongExpectedRevision,
  outcome: Outcome,
): Promise<void> => {
  if (outcome.kind === 'wrong-revision') {
    expect(got).toBeInstanceOf(WrongExpectedRevision);
    expect(got).toMatchObject({ actual: outcome.actual });
    return;
  }
  expect(got).toMatchObject(outcome.answer);
  const log = await store.readAll(0, 10_000);
  const there = log.find(
    ({ stream, revision }) => stream === outcome.stream && revision === outcome.answer.revision,
  );
  expect(there?.position).toBe((got as Appended).position);
};

const same = (read: Awaited<ReturnType<EventStore['readAll']>>, placed: readonly Placed[]): void => {
  expect(read.map(({ stream, revision }) => ({ stream, revision }))).toEqual(
    placed.map(({ stream, revision }) => ({ stream, revision })),
  );
  expect(read.map(given)).toEqual(placed.map(item => item.event));
};

type Command = fc.AsyncCommand<LogModel, Real>;

const command = (name: string, run: (model: LogModel, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const show = ({ stream, events, expected: wish }: Append): string =>
  `${stream} ${wish} [${events.map(({ id }) => Number.parseInt(id.slice(-4), 16)).join(' ')}]`;

const appendOne = append.map(one =>
  command(`append ${show(one)}`, async (model, { store }) => {
    const outcome = model.append(one.stream, one.events, one.expected);
    await check(store, await settled(store.append(one.stream, one.events, one.expected)), outcome);
  }),
);

/** Appends under way at once are judged in the order of the calls, stream by stream. */
const appendMany = fc.array(append, { minLength: 2, maxLength: 6 }).map(many =>
  command(`at once: ${many.map(show).join(', ')}`, async (model, { store, inCallOrder }) => {
    const under = many.map(one => settled(store.append(one.stream, one.events, one.expected)));
    const outcomes = many.map(one => model.append(one.stream, one.events, one.expected));
    for (const [n, got] of (await Promise.all(under)).entries()) await check(store, got, outcomes[n]!);
    if (!inCallOrder) model.settle(await store.readAll(0, 10_000));
  }),
);

/** One call for several streams takes what comes before the first refusal. */
const appendEach = fc.array(append, { minLength: 1, maxLength: 5 }).map(many =>
  command(`each: ${many.map(show).join(', ')}`, async (model, { store }) => {
    const call = store.appendEach(many).then(
      answers => ({ answers, refused: null }),
      (error: unknown) => {
        if (error instanceof WrongExpectedRevision) return { answers: null, refused: error };
        throw error;
      },
    );
    const outcomes: Outcome[] = [];
    for (const one of many) {
      const outcome = model.append(one.stream, one.events, one.expected);
      outcomes.push(outcome);
      if (outcome.kind === 'wrong-revision') break;
    }
    const { answers, refused } = await call;
    const last = outcomes.at(-1)!;
    if (last.kind === 'wrong-revision') {
      expect(refused).toMatchObject({ stream: many[outcomes.length - 1]!.stream, actual: last.actual });
      return;
    }
    expect(answers).toHaveLength(many.length);
    for (const [n, got] of answers!.entries()) await check(store, got, outcomes[n]!);
  }),
);

/** What stands in the log is sent again, or a part of it, from where it stands. */
const repeat = fc
  .record({ from: fc.nat(), length: fc.integer({ min: 1, max: 4 }), stream: fc.constantFrom(...streams) })
  .map(({ from, length, stream }) =>
    command(`repeat ${stream} ${from} ${length}`, async (model, { store }) => {
      const there = model.streamOf(stream);
      if (there.length === 0) return;
      const start = from % there.length;
      const part = there.slice(start, start + length).map(placed => placed.event);
      const wish = start === 0 ? 'NO_STREAM' : start - 1;
      const outcome = model.append(stream, part, wish);
      expect(outcome).toMatchObject({ kind: 'appended', answer: { duplicates: part.map(({ id }) => id) } });
      await check(store, await settled(store.append(stream, part, wish)), outcome);
    }),
  );

const readStream = fc
  .record({ stream: fc.constantFrom(...streams), from: fc.integer({ min: 0, max: 10 }) })
  .map(({ stream, from }) =>
    command(`read ${stream} from ${from}`, async (model, { store }) => {
      same(await collect(store.readStream(stream, from)), model.streamOf(stream).slice(from));
    }),
  );

const readAll = fc.integer({ min: 1, max: 7 }).map(limit =>
  command(`read all by ${limit}`, async (model, { store }) => {
    const read = [];
    for (;;) {
      const page = await store.readAll(read.at(-1)?.position ?? 0, limit);
      read.push(...page);
      if (page.length < limit) break;
    }
    same(read, model.log);
    expect(await store.head()).toBe(read.at(-1)?.position ?? 0);
  }),
);

const find = fc
  .record({
    filter: fc.record(
      {
        types: fc.subarray(types),
        leadId: fc.constantFrom(...leads),
        actor: fc.constantFrom('api', 'demo'),
        occurredFrom: fc.integer({ min: -500, max: 500 }),
        occurredTo: fc.integer({ min: -500, max: 500 }),
      },
      { requiredKeys: [] },
    ),
    limit: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ filter, limit }) =>
    command(`find ${JSON.stringify(filter)} by ${limit}`, async (model, { store }) => {
      const found = [];
      for (let after: number | null = 0; after !== null;) {
        const page: Awaited<ReturnType<EventStore['find']>> = await store.find(filter, after, limit);
        expect(page.events.length).toBeLessThanOrEqual(limit);
        found.push(...page.events);
        after = page.next;
      }
      const { types: wanted, leadId, actor, occurredFrom = -Infinity, occurredTo = Infinity } = filter;
      same(
        found,
        model.log.filter(
          placed =>
            (wanted === undefined || wanted.includes(placed.event.type)) &&
            (leadId === undefined || placed.event.metadata.leadId === leadId) &&
            (actor === undefined || placed.event.metadata.actor === actor) &&
            placed.event.occurredAt >= occurredFrom &&
            placed.event.occurredAt < occurredTo,
        ),
      );
    }),
  );

const reopen = fc.constant(
  command('reopen', async (_, real) => {
    real.store = await real.subject.reopen();
  }),
);

/** All that a caller can do to a store, in any order. */
export const eventStoreCommands = fc.commands(
  [appendOne, appendOne, appendMany, appendEach, repeat, readStream, readAll, find, reopen],
  { maxCommands: 40 },
);
