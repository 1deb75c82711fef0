import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCalendar } from '../projecting/calendar.ts';
import { bestAttempt } from './attempts.ts';
import { orders, type EventFunnelQuery } from './define.ts';
import { createMemory } from './memory.ts';
import type { Moments } from './moments.ts';
import { readEventFunnel } from './question.ts';
import { createStanding } from './standing.ts';
import { createTally } from './tally.ts';
import { emptyColumn, numbering, put, upTo } from './columns.ts';
import type { EntryOf, LookUpEntry } from './values.ts';

const steps = ['EmailSent', 'EmailOpened', 'LinkClicked'];

interface Fact {
  readonly type: string;
  readonly leadId: string;
  readonly at: number;
  readonly channel?: string | undefined;
  readonly campaign?: string | undefined;
}

const questionOf = (query: Partial<EventFunnelQuery> = {}) =>
  readEventFunnel({ events: steps, by: [], where: [], ...query }, createCalendar('UTC'));

/** Columns of some types, that facts are put into. */
const columnsOf = (types: readonly string[]) => {
  const [leads, words] = [numbering(), numbering()];
  words.numberOf('');
  const columns = types.map(() => emptyColumn());
  let head = 0;
  return {
    put: (facts: readonly Fact[]): void => {
      for (const { type, at, ...data } of facts) {
        const column = columns[types.indexOf(type)];
        head++;
        if (column === undefined) continue;
        const event = {
          id: `e${head}`,
          type,
          version: 1,
          stream: 's',
          revision: 0,
          recordedAt: 0,
          metadata: {},
        };
        put(column, { ...event, occurredAt: at, position: head, data }, leads, words);
      }
    },
    moments: (): Moments => ({
      position: head,
      columns: columns.map(column => upTo(column, head)),
      leads: leads.size(),
      leadOf: leads.nameOf,
      wordOf: word => words.nameOf(word) || null,
    }),
  };
};

const noEntry: LookUpEntry = () => null;

/** The rows by going through everything anew. */
const byHand = (
  facts: readonly Fact[],
  question: ReturnType<typeof questionOf>,
  entryOf: LookUpEntry,
): readonly unknown[] => {
  const { types, wanted, by, where } = question;
  const groups = new Map<string, ReturnType<typeof createTally>>();
  const tallyOf = (key: string) => {
    const names = wanted.steps.map(step => (wanted.order === 'any' ? null : types[step]!));
    const tally = groups.get(key) ?? createTally(names);
    groups.set(key, tally);
    return tally;
  };
  if (by.length === 0) tallyOf('[]');
  for (const lead of new Set(facts.map(({ leadId }) => leadId))) {
    const own = facts
      .filter(({ leadId, type }) => leadId === lead && types.includes(type))
      .sort((a, b) => a.at - b.at);
    const journey = {
      length: own.length,
      types: own.map(({ type }) => types.indexOf(type)),
      at: own.map(({ at }) => at),
    };
    const attempt = bestAttempt(journey, wanted)?.map(place => own[place]!);
    if (attempt === undefined) continue;
    const [first, last] = [attempt[0]!, attempt.at(-1)!];
    const values: Readonly<Record<string, string | null | undefined>> = {
      ...{ origin: null, campaign: null, country: null, ...entryOf(lead) },
      ...{ firstChannel: first.channel, firstCampaign: first.campaign },
      ...{ lastChannel: last.channel, lastCampaign: last.campaign },
    };
    if ([...where].some(([name, wantedValues]) => !wantedValues.has(values[name] ?? null))) continue;
    tallyOf(JSON.stringify(by.map(name => values[name] ?? null))).add(attempt.map(({ at }) => at));
  }
  return [...groups].flatMap(([key, tally]) => {
    const values = JSON.parse(key) as readonly (string | null)[];
    return tally
      .rows()
      .map(row => ({ by: Object.fromEntries(by.map((name, n) => [name, values[n]])), ...row }));
  });
};

const byGroup = (rows: readonly unknown[]) =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const hour = 3_600_000;
const word = fc.constantFrom(undefined, 'email', 'phone');
// Of few hours, so that most are late; one type is no step, and comes between where nothing may.
const fact: fc.Arbitrary<Fact> = fc.record({
  type: fc.constantFrom(...steps, ...steps, 'CallMade'),
  leadId: fc.constantFrom('a', 'b', 'c', 'd'),
  at: fc.nat({ max: 12 }).map(hours => hours * hour),
  channel: word,
  campaign: word,
});
const entries = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.record<EntryOf>({
    origin: fc.constantFrom('social', 'email', null),
    campaign: fc.constant(null),
    country: fc.constantFrom('DE', null),
  }),
);
const query = fc.record({
  order: fc.constantFrom(...orders),
  within: fc.constantFrom(undefined, '3h', '8h'),
  from: fc.constantFrom(undefined, '1970-01-01T04:00:00Z'),
  by: fc.subarray(['origin', 'firstChannel', 'lastCampaign'] as const),
  where: fc.constantFrom(
    [],
    [{ dimension: 'country', value: 'DE' }],
    [{ dimension: 'lastChannel', value: null }],
  ),
});

describe('how a question stands', () => {
  it('is what going through everything anew tells, whatever came in between', async () => {
    const rounds = fc.array(
      fc.record({ facts: fc.array(fact, { maxLength: 10 }), other: fc.option(entries) }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(query, rounds, async ({ within, from, ...asked }, all) => {
        const question = questionOf({ ...asked, ...(within && { within }), ...(from && { from }) });
        const columns = columnsOf(question.types);
        const standing = createStanding(question);
        const facts: Fact[] = [];
        let entryOf = noEntry;
        for (const round of all) {
          columns.put(round.facts);
          facts.push(...round.facts);
          if (round.other !== null) {
            const known = round.other;
            entryOf = lead => (Object.hasOwn(known, lead) ? known[lead]! : null);
          }
          const rows = await standing.rows(columns.moments(), entryOf);
          expect(byGroup(rows)).toEqual(byGroup(byHand(facts, question, entryOf)));
        }
      }),
      { numRuns: 400 },
    );
  });

  const sent = (leadId: string, at = 0): Fact => ({ type: 'EmailSent', leadId, at });

  it('looks only at leads that something happened to', async () => {
    const looked: string[] = [];
    const entryOf = (lead: string): null => {
      looked.push(lead);
      return null;
    };
    const question = questionOf({ by: ['origin'] });
    const columns = columnsOf(question.types);
    columns.put([sent('a'), sent('b'), sent('c')]);
    const standing = createStanding(question);
    await standing.rows(columns.moments(), entryOf);
    expect(looked).toEqual(['a', 'b', 'c']);
    columns.put([{ type: 'EmailOpened', leadId: 'b', at: 5 }, sent('d')]);
    await standing.rows(columns.moments(), entryOf);
    expect(looked.slice(3)).toEqual(['b', 'd']);
    await standing.rows(columns.moments(), lead => entryOf(lead));
    expect(looked.slice(5)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is remembered as it is while nothing that is asked for happens', async () => {
    const question = questionOf();
    const columns = columnsOf(question.types);
    columns.put([sent('a')]);
    const standing = createStanding(question);
    const rows = await standing.rows(columns.moments(), noEntry);
    columns.put([{ type: 'CallMade', leadId: 'a', at: 1 }]);
    expect(await standing.rows(columns.moments(), noEntry)).toBe(rows);
  });

  it('is right after it was given up midway', async () => {
    const question = questionOf();
    const columns = columnsOf(question.types);
    // Long enough that others have their turn.
    columns.put(Array.from({ length: 60_000 }, (_, n) => sent(`l${n % 30_000}`, n)));
    const standing = createStanding(question);
    const gone = new AbortController();
    const asked = standing.rows(columns.moments(), noEntry, gone.signal);
    gone.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    expect((await standing.rows(columns.moments(), noEntry))[0]).toMatchObject({ count: 30_000 });
  });

  it('is changed by one at a time', async () => {
    const { alone } = createStanding(questionOf());
    const told: string[] = [];
    const act = (name: string) => async (): Promise<void> => {
      told.push(`${name} begins`);
      await Promise.resolve();
      told.push(`${name} ends`);
      if (name === 'one') throw new Error(name);
    };
    await Promise.allSettled([alone(act('one')), alone(act('other'))]);
    expect(told).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
  });
});

describe('the memory of questions', () => {
  const within = (hours: number) => questionOf({ within: `${hours}h` });

  it('knows a question by what it asks', () => {
    const standingOf = createMemory();
    const first = standingOf(within(1));
    expect(standingOf(within(1))).toBe(first);
    for (const other of [
      within(2),
      questionOf({ within: '1h', order: 'any' }),
      questionOf({ within: '1h', events: steps.toReversed() }),
      questionOf({ within: '1h', from: '2018-01-01' }),
      questionOf({ within: '1h', to: '2018-01-01' }),
      questionOf({ within: '1h', by: ['origin'] }),
      questionOf({ within: '1h', where: [{ dimension: 'origin', value: null }] }),
      questionOf({ within: '1h', where: [{ dimension: 'origin', value: 'social' }] }),
    ])
      expect(standingOf(other)).not.toBe(first);
  });

  it('forgets first what was not asked for longest', () => {
    const standingOf = createMemory({ questions: 2, numbers: 1_000 });
    const [one, two] = [standingOf(within(1)), standingOf(within(2))];
    expect(standingOf(within(1))).toBe(one);
    standingOf(within(3));
    expect(standingOf(within(1))).toBe(one);
    expect(standingOf(within(2))).not.toBe(two);
  });

  it('forgets what takes too much room, but not what is asked right now', async () => {
    const standingOf = createMemory({ questions: 9, numbers: 1 });
    const columns = columnsOf(steps);
    columns.put([{ type: 'EmailSent', leadId: 'a', at: 0 }]);
    const large = standingOf(within(1));
    await large.rows(columns.moments(), noEntry);
    expect(large.size()).toBeGreaterThan(1);
    expect(standingOf(within(1))).toBe(large);
    standingOf(within(2));
    expect(standingOf(within(1))).not.toBe(large);
  });
});
