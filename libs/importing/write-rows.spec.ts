import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openLog, type OpenLog } from '../../test/property/handling-fixture.ts';
import type { EventStore } from '../event-store/port.ts';
import { createKeyedHash } from '../handling/keyed-hash.ts';
import { bulkBegin, dryBegin } from './begin.ts';
import { bulkAppend, type StreamEvent } from './bulk.ts';
import { bulkClaim, claimingRow, dryClaim } from './claims.ts';
import { dryAppend } from './dry.ts';
import { rawRow } from './testing.ts';
import { writeRows, type TakenRows, type Writing } from './write-rows.ts';

const hash = createKeyedHash('a secret of the specs');
const real = (store: EventStore): Writing => ({
  ...{ hash, claim: bulkClaim(store), append: bulkAppend(store), begin: bulkBegin(store), store },
});
const dry = (store: EventStore): Writing => ({
  ...{ hash, claim: dryClaim(store), append: dryAppend(store), begin: dryBegin(store), store: null },
});

/** A row about a lead: its e-mail, an order that it begins, and which of a few visits it tells. */
interface Told {
  readonly lead: string;
  readonly email: string | null;
  readonly order: string | null;
  readonly visit: number;
}
const told: fc.Arbitrary<Told> = fc.record({
  lead: fc.constantFrom('a', 'b', 'c'),
  email: fc.option(fc.constantFrom('x', 'y')),
  order: fc.option(fc.constantFrom('1', '2')),
  visit: fc.nat(2),
});

/** The same id for the same words, as rows have them. */
const idOf = (...words: readonly unknown[]): string => {
  const hex = createHash('sha256').update(words.join('|')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8000-8000-${hex.slice(12, 24)}`;
};
const fact = (stream: string, type: string, data: object, id: string, begins = false): StreamEvent => ({
  stream,
  event: {
    ...{ id, type, version: 1, occurredAt: 0, metadata: { source: 'spec', actor: 'import:spec' } },
    data: data,
  },
  ...(begins ? { begins: true as const } : {}),
});

/** Within a window, what is told again has another id, as identical rows of a file have. */
const eventsIn = (rows: readonly Told[]): readonly (readonly StreamEvent[])[] => {
  const times = new Map<string, number>();
  return rows.map(row =>
    eventsOf(row).map(one => {
      const before = times.get(one.event.id) ?? 0;
      times.set(one.event.id, before + 1);
      return { ...one, event: { ...one.event, id: idOf(one.event.id, before) } };
    }),
  );
};

const eventsOf = ({ lead, email, order, visit }: Told): readonly StreamEvent[] => [
  ...(email === null
    ? []
    : [
        fact(
          `lead-${lead}`,
          'LeadCaptured',
          { leadId: lead, personal: { email: `${email}@example.org` } },
          idOf('e', lead, email),
        ),
      ]),
  ...(order === null
    ? []
    : [fact(`order-${order}`, 'OrderPlaced', { leadId: lead }, idOf('o', lead, order), true)]),
  fact(`lead-${lead}`, 'PageViewed', { leadId: lead }, idOf('v', lead, visit)),
];
const takenIn = (rows: readonly Told[]): readonly TakenRows[] =>
  eventsIn(rows).map((events, line) => ({
    raws: [rawRow(line, ['id'], ['x'])],
    events,
    claiming: claimingRow(hash, events),
  }));

interface Result {
  readonly appended: number;
  readonly duplicates: number;
  readonly refused: readonly (readonly [number, string])[];
}

const written = async (windows: readonly (readonly Told[])[], writing: Writing): Promise<Result[]> => {
  const results: Result[] = [];
  for (const window of windows) {
    const refused: [number, string][] = [];
    const counts = await writeRows(takenIn(window), writing, (raws, { message }) => {
      for (const { line } of raws) refused.push([line, /conflict|stands/.exec(message)?.[0] ?? message]);
    });
    results.push({ ...counts, refused: refused.sort(([one], [other]) => one - other) });
  }
  return results;
};

/** The model: owners, first events and all ids in plain maps; a row after the other. */
const createModel = () => {
  const owners = new Map<string, string>();
  const begun = new Map<string, string>();
  const log = new Set<string>();
  const add = (id: string): number => (log.has(id) ? 0 : (log.add(id), 1));
  return {
    log,
    write: (rows: readonly Told[]): Result => {
      const refused: [number, string][] = [];
      let [appended, all] = [0, 0];
      const events = eventsIn(rows);
      const owning = rows.map(({ lead, email }, line) => {
        const owner = email === null ? lead : (owners.get(email) ?? lead);
        if (owner !== lead) refused.push([line, 'conflict']);
        else if (email !== null) owners.set(email, lead);
        return owner === lead;
      });
      const kept = events.filter((facts, line) => {
        if (!owning[line]) return false;
        const row = rows[line]!;
        if (row.order === null) return true;
        const { id } = facts.find(({ begins }) => begins === true)!.event;
        const first = begun.get(row.order) ?? id;
        begun.set(row.order, first);
        if (first === id) {
          appended += add(id);
          all += 1;
          return true;
        }
        refused.push([line, 'stands']);
        return false;
      });
      for (const { event } of kept.flat().filter(({ begins }) => begins !== true)) {
        appended += add(event.id);
        all += 1;
      }
      return { appended, duplicates: all - appended, refused: refused.sort(([a], [b]) => a - b) };
    },
  };
};

let log: OpenLog;
beforeEach(() => {
  log = openLog();
});
afterEach(() => log.close());

describe('writing rows', () => {
  const windows = fc.array(fc.array(told, { maxLength: 6 }), { maxLength: 3 });

  it('counts, refuses and keeps what a plain model does, and a dry run says the same before', async () => {
    await fc.assert(
      fc.asyncProperty(windows, windows, async (earlier, given) => {
        const own = openLog();
        try {
          const model = createModel();
          await written(earlier, real(own.events));
          earlier.forEach(window => model.write(window));
          const head = await own.events.head();
          const tried = await written(given, dry(own.events));
          expect(await own.events.head()).toBe(head);
          const wanted = given.map(window => model.write(window));
          expect(tried).toEqual(wanted);
          expect(await written(given, real(own.events))).toEqual(wanted);
          const ids = (await own.all()).filter(({ type }) => type !== 'IdentityClaimed').map(({ id }) => id);
          expect(ids.toSorted()).toEqual([...model.log].toSorted());
        } finally {
          await own.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('appends nothing the second time', async () => {
    const rows: readonly Told[] = [
      { lead: 'a', email: 'x', order: '1', visit: 0 },
      { lead: 'b', email: 'x', order: null, visit: 1 },
      { lead: 'c', email: null, order: '1', visit: 2 },
    ];
    const [first] = await written([rows], real(log.events));
    const head = await log.events.head();
    const [again] = await written([rows], real(log.events));
    expect(first).toEqual({
      appended: 3,
      duplicates: 0,
      refused: [
        [1, 'conflict'],
        [2, 'stands'],
      ],
    });
    expect(again).toEqual({ ...first, appended: 0, duplicates: 3 });
    expect(await log.events.head()).toBe(head);
  });

  it('asks nobody for identities where no row brings any', async () => {
    const writing = real(log.events);
    let asked = 0;
    const claim: Writing['claim'] = rows => (asked++, writing.claim(rows));
    await written([[{ lead: 'a', email: null, order: '1', visit: 0 }]], { ...writing, claim });
    expect(asked).toBe(0);
    await written([[{ lead: 'a', email: 'x', order: null, visit: 0 }]], { ...writing, claim });
    expect(asked).toBe(1);
  });

  it('keeps the order of the facts of a lead, its capture among them', async () => {
    const rows: readonly Told[] = [
      { lead: 'a', email: null, order: null, visit: 0 },
      { lead: 'a', email: 'x', order: null, visit: 1 },
      { lead: 'a', email: null, order: null, visit: 2 },
    ];
    await written([rows], real(log.events));
    expect((await log.of('lead-a')).map(({ type }) => type)).toEqual([
      'PageViewed',
      'LeadCaptured',
      'PageViewed',
      'PageViewed',
    ]);
  });

  it('has claimed before it fails, and waits until nothing is under way', async () => {
    const store: EventStore = {
      ...log.events,
      append: (stream, ...rest) =>
        stream === 'lead-b' ? Promise.reject(new Error('gone')) : log.events.append(stream, ...rest),
    };
    const rows: readonly Told[] = [
      { lead: 'b', email: 'y', order: null, visit: 0 },
      { lead: 'a', email: 'x', order: null, visit: 0 },
    ];
    await expect(written([rows], real(store))).rejects.toThrow('gone');
    const types = await log.types();
    expect(types.filter(type => type === 'IdentityClaimed')).toHaveLength(2);
    expect(types.slice(2)).toEqual(['LeadCaptured', 'PageViewed']);
  });
});
