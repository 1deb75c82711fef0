import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import { createJourneys } from './journeys.ts';
import { createMoments, type Moments } from './moments.ts';

const types = ['EmailSent', 'EmailOpened', 'LinkClicked'] as const;

const event = (
  position: number,
  change: Partial<RecordedEvent> & { readonly data?: object },
): RecordedEvent => ({
  id: `e${position}`,
  type: 'EmailSent',
  version: 1,
  occurredAt: position,
  metadata: {},
  stream: 's-1',
  revision: 0,
  position,
  recordedAt: 0,
  ...change,
  data: change.data ?? { leadId: 'a' },
});

/** A log that grows, and says what it was asked for. */
const log = (events: RecordedEvent[], most = 1_000) => {
  const asked: [type: string, after: number][] = [];
  const store: Pick<EventStore, 'find' | 'head'> = {
    head: () => Promise.resolve(events.at(-1)?.position ?? 0),
    find: ({ types: [type] = [] }, after, limit) => {
      asked.push([String(type), after]);
      const found = events.filter(one => one.position > after && one.type === type);
      const page = found.slice(0, Math.min(limit, most));
      const next = page.length < found.length ? page.at(-1)!.position : null;
      return Promise.resolve({ events: page, next });
    },
  };
  return { asked, moments: createMoments(store) };
};

const rowsOf = ({ columns, leadOf, wordOf }: Moments): readonly (readonly unknown[])[] =>
  columns.flatMap(({ column, length }, type) =>
    Array.from({ length }, (_, at) => [
      type,
      leadOf(column.lead[at]!),
      column.at[at],
      column.position[at],
      wordOf(column.channel[at]!),
      wordOf(column.campaign[at]!),
    ]),
  );

const word = fc.option(fc.constantFrom('mail', 'ads', ''), { nil: undefined });
const some = fc.array(
  fc.record({
    type: fc.constantFrom(...types),
    leadId: fc.constantFrom('a', 'b', 'c', 'constructor'),
    at: fc.integer({ min: 0, max: 5 }),
    channel: word,
    campaign: word,
  }),
  { maxLength: 40 },
);

describe('moments of a log', () => {
  it('are those of the asked types, in log order, however the log is paged and whenever it grew', async () => {
    await fc.assert(
      fc.asyncProperty(
        some,
        fc.nat({ max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (facts, first, most) => {
          const all = facts.map(({ type, at, ...data }, n) =>
            event(n + 1, { type, occurredAt: at, data: JSON.parse(JSON.stringify(data)) as object }),
          );
          const events = all.slice(0, first);
          const { moments } = log(events, most);
          await moments(types.slice(0, 2));
          events.push(...all.slice(first));
          const found = await moments(types);
          expect(found.position).toBe(all.length);
          const wanted = types.flatMap((type, place) =>
            all
              .filter(one => one.type === type)
              .map(({ data, occurredAt, position }) => {
                const { leadId, channel, campaign } = data as (typeof facts)[number];
                // An empty word is none.
                return [place, leadId, occurredAt, position, channel || null, campaign || null];
              }),
          );
          expect(rowsOf(found)).toEqual(wanted);
        },
      ),
    );
  });

  it('are read on from where they were read to, type by type', async () => {
    const events = [event(1, {}), event(2, { type: 'EmailOpened' })];
    const { moments, asked } = log(events);
    await moments(['EmailSent']);
    await moments(['EmailSent', 'EmailOpened']);
    await moments(['EmailSent', 'EmailOpened']);
    expect(asked).toEqual([
      ['EmailSent', 0],
      ['EmailOpened', 0],
    ]);
    events.push(event(3, {}));
    await moments(['EmailOpened', 'EmailSent']);
    expect(asked.slice(2)).toEqual([
      ['EmailOpened', 2],
      ['EmailSent', 2],
    ]);
  });

  it('leave out events of nobody and events that the log can’t read', async () => {
    const { moments } = log([
      event(1, { data: { touchpointId: 't' } }),
      event(2, { data: { leadId: 7 } }),
      event(3, { unreadable: 'its data is no JSON object' }),
      event(4, {}),
    ]);
    expect(rowsOf(await moments(['EmailSent']))).toEqual([[0, 'a', 4, 4, null, null]]);
  });

  it('asked for at once are read one after the other, none twice', async () => {
    const events = Array.from({ length: 3_000 }, (_, n) => event(n + 1, {}));
    const { moments, asked } = log(events);
    const answers = await Promise.all([moments(['EmailSent']), moments(['EmailSent'])]);
    expect(answers.map(({ columns }) => columns[0]!.length)).toEqual([3_000, 3_000]);
    expect(asked.map(([, after]) => after)).toEqual([0, 1_000, 2_000]);
  });

  it('go on after a question that was given up', async () => {
    const { moments } = log(Array.from({ length: 3_000 }, (_, n) => event(n + 1, {})));
    const stop = AbortSignal.abort(new Error('gone'));
    await expect(moments(['EmailSent'], stop)).rejects.toThrow('gone');
    expect((await moments(['EmailSent'])).columns[0]!.length).toBe(3_000);
  });
});

describe('journeys', () => {
  const long = fc.array(
    fc.record({
      type: fc.constantFrom(...types),
      leadId: fc.constantFrom('a', 'b'),
      at: fc.integer({ min: 0, max: 60 }),
    }),
    { minLength: 60, maxLength: 200 },
  );
  const grows = fc.nat({ max: 200 });

  it('hold each moment of each lead once, in order of time, then of the log, however many there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(some, long), grows, async (facts, first) => {
        const all = facts.map(({ type, leadId, at }, n) =>
          event(n + 1, { type, occurredAt: at, data: { leadId } }),
        );
        const events = all.slice(0, first);
        const { moments } = log(events);
        const cut = await moments(types);
        events.push(...all.slice(first));
        const found = await moments(types);
        // What was put since is in none of the journeys that were asked for before.
        for (const [asked, until] of [
          [cut, Math.min(first, all.length)],
          [found, all.length],
        ] as const) {
          const journeyOf = createJourneys(asked);
          const seen = Array.from({ length: asked.leads }, (_, lead) => {
            const journey = journeyOf(lead);
            const steps = Array.from({ length: journey.length }, (__, k) => {
              const type = journey.types[k]!;
              return [types[type], journey.at[k], asked.columns[type]!.column.position[journey.places[k]!]];
            });
            return [asked.leadOf(lead), steps];
          });
          const known = facts.slice(0, until).map((fact, n) => ({ ...fact, position: n + 1 }));
          const wanted = Array.from({ length: asked.leads }, (_, lead) => asked.leadOf(lead)).map(lead => [
            lead,
            known
              .filter(({ leadId }) => leadId === lead)
              .sort((a, b) => a.at - b.at || a.position - b.position)
              .map(({ type, at, position }) => [type, at, position]),
          ]);
          expect(seen).toEqual(wanted);
        }
      }),
      { numRuns: 60 },
    );
  });
});
