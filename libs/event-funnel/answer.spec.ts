import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../domain/event.ts';
import type { EventFilter } from '../event-store/port.ts';
import { createCalendar } from '../projecting/calendar.ts';
import { createEventFunnels } from './answer.ts';
import type { EventFunnelQuery } from './define.ts';
import type { EntryOf } from './values.ts';

type Row = readonly [type: string, leadId: string, at: string, more?: Readonly<Record<string, unknown>>];

/** A log in memory, which counts what is read out of it. */
const logOf = (rows: readonly Row[]) => {
  const log: RecordedEvent[] = [];
  const append = (more: readonly Row[]): void => {
    for (const [type, leadId, at, data] of more)
      log.push({
        id: `e${log.length}`,
        type,
        version: 1,
        occurredAt: Date.parse(at),
        data: { leadId, ...data },
        metadata: {},
        stream: `lead-${leadId}`,
        revision: 0,
        position: log.length + 1,
        recordedAt: 0,
      });
  };
  append(rows);
  let reads = 0;
  return {
    append,
    reads: () => reads,
    events: {
      head: () => Promise.resolve(log.length),
      find: ({ types }: EventFilter, after: number, limit: number) => {
        const found = log.filter(({ type, position }) => types!.includes(type) && position > after);
        reads += Math.min(found.length, limit);
        const next = found.length > limit ? found[limit - 1]!.position : null;
        return Promise.resolve({ events: found.slice(0, limit), next });
      },
    },
  };
};

const entries: Readonly<Record<string, EntryOf>> = {
  a: { origin: 'social', campaign: 'spring', country: 'DE' },
  b: { origin: 'social', campaign: null, country: null },
};
const over = (log: ReturnType<typeof logOf>, zone = 'UTC') =>
  createEventFunnels({
    events: log.events,
    calendar: createCalendar(zone),
    entries: () => Promise.resolve(id => entries[id] ?? null),
  });
const ask = async (rows: readonly Row[], query: Partial<EventFunnelQuery> & { events: readonly string[] }) =>
  (await over(logOf(rows))({ by: [], where: [], ...query })).rows;

const mails: readonly Row[] = [
  ['EmailSent', 'a', '2018-01-01T10:00:00Z', { campaign: 'spring', channel: 'email' }],
  ['EmailDelivered', 'a', '2018-01-01T10:01:00Z'],
  ['EmailOpened', 'a', '2018-01-01T12:00:00Z', { channel: 'phone' }],
  ['LinkClicked', 'a', '2018-01-02T12:00:00Z', { campaign: 'summer' }],
  ['EmailSent', 'b', '2018-01-01T10:00:00Z', { campaign: 'spring' }],
  ['EmailOpened', 'b', '2018-01-01T16:00:00Z'],
  ['EmailSent', 'c', '2018-02-01T10:00:00Z'],
];
const path = ['EmailSent', 'EmailOpened', 'LinkClicked'];

describe('an event funnel', () => {
  it('has a row per step', async () => {
    expect(await ask(mails, { events: path })).toEqual([
      {
        by: {},
        step: 1,
        event: 'EmailSent',
        count: 3,
        stepConversion: null,
        overallConversion: 1,
        dropOff: null,
        medianHoursFromPrevious: null,
      },
      {
        by: {},
        step: 2,
        event: 'EmailOpened',
        count: 2,
        stepConversion: 2 / 3,
        overallConversion: 2 / 3,
        dropOff: 1 - 2 / 3,
        medianHoursFromPrevious: 4,
      },
      {
        by: {},
        step: 3,
        event: 'LinkClicked',
        count: 1,
        stepConversion: 0.5,
        overallConversion: 1 / 3,
        dropOff: 0.5,
        medianHoursFromPrevious: 24,
      },
    ]);
  });

  const counts = async (query: Partial<EventFunnelQuery>, rows = mails): Promise<readonly unknown[]> =>
    (await ask(rows, { events: path, ...query })).map(({ count }) => count);

  it.each([
    ['2h', [3, 1, 0]],
    ['119m', [3, 0, 0]],
    ['120m', [3, 1, 0]],
    ['26h', [3, 2, 1]],
    ['1', [3, 2, 0]],
    ['2d', [3, 2, 1]],
  ])('has a hard limit of %s from its first event on', async (within, expected) => {
    expect(await counts({ within })).toEqual(expected);
  });

  it('lets nothing come between when it is strict', async () => {
    expect(await counts({ order: 'strict' })).toEqual([3, 1, 0]);
    expect(await counts({ order: 'strict', events: ['EmailSent', 'EmailDelivered', 'EmailOpened'] })).toEqual(
      [3, 1, 1],
    );
  });

  it('is not disturbed by what is concluded, or is no event of a lead', async () => {
    const rows: readonly Row[] = [
      ...mails,
      ['ScoreBandChanged', 'b', '2018-01-01T11:00:00Z'],
      ['IdentityClaimed', 'b', '2018-01-01T11:00:00Z'],
    ];
    expect(await counts({ order: 'strict' }, rows)).toEqual([3, 1, 0]);
    expect(await counts({ order: 'strict' }, [...mails, ['CallMade', 'b', '2018-01-01T11:00:00Z']])).toEqual([
      3, 0, 0,
    ]);
  });

  it('goes by the log where events are of one instant', async () => {
    const at = '2018-01-01T10:00:00Z';
    const events = ['EmailSent', 'EmailOpened'];
    expect(
      await counts({ events }, [
        ['EmailSent', 'a', at],
        ['EmailOpened', 'a', at],
      ]),
    ).toEqual([1, 1]);
    expect(
      await counts({ events }, [
        ['EmailOpened', 'a', at],
        ['EmailSent', 'a', at],
      ]),
    ).toEqual([1, 0]);
  });

  it('takes steps in any order, and names no event then', async () => {
    const rows = await ask(mails, { events: ['LinkClicked', 'EmailSent'], order: 'any' });
    expect(rows.map(({ event, count }) => [event, count])).toEqual([
      [null, 3],
      [null, 1],
    ]);
  });

  it('begins in the period, by days of the zone', async () => {
    expect(await counts({ from: '2018-01-02' })).toEqual([1, 0, 0]);
    expect(await counts({ to: '2018-01-02' })).toEqual([2, 2, 1]);
    const query = { events: path, by: [], where: [], to: '2018-01-01' };
    const inTokyo = await over(logOf([['EmailSent', 'a', '2017-12-31T15:00:00Z']]), 'Asia/Tokyo')(query);
    expect(inTokyo.rows[0]).toMatchObject({ count: 0 });
  });

  it.each([
    [['origin'], [{ origin: null }, { origin: 'social' }], [1, 2]],
    [['firstCampaign'], [{ firstCampaign: null }, { firstCampaign: 'spring' }], [1, 2]],
    [
      ['lastCampaign', 'country'],
      [
        { lastCampaign: null, country: null },
        { lastCampaign: 'summer', country: 'DE' },
      ],
      [2, 1],
    ],
    [['firstChannel'], [{ firstChannel: null }, { firstChannel: 'email' }], [2, 1]],
  ])('breaks down by %j', async (by, groups, expected) => {
    const rows = (await ask(mails, { events: path, by })).filter(({ step }) => step === 1);
    expect(rows.map(row => row.by)).toEqual(groups);
    expect(rows.map(({ count }) => count)).toEqual(expected);
  });

  it('narrows down, also to what is missing', async () => {
    const where = (dimension: string, ...values: (string | null)[]) =>
      counts({ where: values.map(value => ({ dimension, value })) });
    expect(await where('origin', 'social')).toEqual([2, 2, 1]);
    expect(await where('country', null)).toEqual([2, 1, 0]);
    expect(await where('lastCampaign', 'summer')).toEqual([1, 1, 1]);
    expect(await where('origin', 'nobody')).toEqual([0, 0, 0]);
  });

  it('has rows of zeros where nothing happened', async () => {
    expect(await ask([], { events: ['OrderPlaced', 'OrderCancelled'] })).toMatchObject([
      { count: 0, overallConversion: null, medianHoursFromPrevious: null },
      { count: 0, stepConversion: null, dropOff: null },
    ]);
  });
});

describe('the log', () => {
  it('is read on from where the last question ended', async () => {
    const log = logOf(mails);
    const answer = over(log);
    const query = { events: path, by: [], where: [] };
    expect((await answer(query)).position).toBe(7);
    const before = log.reads();
    log.append([['LinkClicked', 'b', '2018-01-01T17:00:00Z']]);
    const { rows, position } = await answer(query);
    expect([position, rows[2]!.count]).toEqual([8, 2]);
    expect(log.reads()).toBe(before + 1);
  });

  it('is read once for questions at the same time', async () => {
    const log = logOf(mails);
    const answer = over(log);
    const query = { events: path, by: [], where: [] };
    const [one, other] = await Promise.all([answer(query), answer(query)]);
    expect(one).toEqual(other);
    expect(log.reads()).toBe(6);
  });

  it('is left alone when nobody waits for the answer any more', async () => {
    const log = logOf(Array.from({ length: 5_000 }, (_, n): Row => ['PageViewed', `l${n}`, '2018-01-01']));
    const answer = over(log);
    const query = { events: ['PageViewed', 'FormSubmitted'], by: [], where: [] };
    await expect(answer(query, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(log.reads()).toBe(1_000);
    expect((await answer(query)).rows[0]).toMatchObject({ count: 5_000 });
  });
});

describe('a question', () => {
  it.each([
    [{ events: ['EmailSent'] }, 'events', '2 to 10'],
    [{ events: Array.from({ length: 11 }, () => 'EmailSent') }, 'events', '2 to 10'],
    [{ events: ['EmailSent', 'EmailRead'] }, 'events', /EmailRead.*known:.*EmailOpened/],
    [{ events: ['EmailSent', 'IdentityClaimed'] }, 'events', /IdentityClaimed/],
    [{ events: ['EmailSent', 'constructor'] }, 'events', /constructor/],
    [{ events: path, order: 'loose' }, 'order', /loose.*ordered, strict, any/],
    [{ events: path, within: '7w' }, 'within', '30m, 12h, 7d'],
    [{ events: path, within: '-1' }, 'within', '30m, 12h, 7d'],
    [{ events: path, within: '36501d' }, 'within', '36500'],
    [{ events: path, by: ['stage'] }, 'by', /stage.*origin/],
    [{ events: path, by: ['origin', 'origin'] }, 'by', 'twice'],
    [{ events: path, where: [{ dimension: 'leadId', value: 'a' }] }, 'where', /leadId.*origin/],
    [{ events: path, from: '2018-02-30' }, 'from', 'neither a date'],
    [{ events: path, from: '2018-02-02', to: '2018-02-01' }, 'to', 'before'],
  ])('is refused: %j', async (query, at, message) => {
    const asked = ask([], query);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toMatchObject({ name: 'InvalidQuery', path: at });
  });
});
