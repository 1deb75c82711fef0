import { describe, expect, it } from '@jest/globals';
import { InvalidQuery } from '../metrics/index.ts';
import { createCalendar } from '../projecting/calendar.ts';
import type { EventFunnelQuery } from './define.ts';
import { dimensions, eventTypes, readEventFunnel, withinOf } from './question.ts';
import { createTally } from './tally.ts';

const minute = 60_000;
const read = (change: Partial<EventFunnelQuery> = {}, zone = 'UTC') =>
  readEventFunnel(
    { events: ['EmailSent', 'EmailOpened'], by: [], where: [], ...change },
    createCalendar(zone),
  );
const refused = (change: Partial<EventFunnelQuery>): InvalidQuery => {
  try {
    read(change);
  } catch (error) {
    if (error instanceof InvalidQuery) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('a question about an event funnel', () => {
  it('reads the types of its steps, each once, and knows steps by their place', () => {
    const { types, wanted } = read({ events: ['EmailSent', 'LinkClicked', 'EmailSent'] });
    expect(types).toEqual(['EmailSent', 'LinkClicked']);
    expect(wanted).toEqual({
      steps: [0, 1, 0],
      order: 'ordered',
      within: Infinity,
      from: -Infinity,
      to: Infinity,
    });
  });

  it('reads all that may come between, where nothing may, but for what Leadfold itself concludes', () => {
    const { types } = read({ order: 'strict' });
    expect(types.slice(0, 2)).toEqual(['EmailSent', 'EmailOpened']);
    expect(types).toContain('OrderPlaced');
    expect(types).not.toContain('ScoreBandChanged');
    expect(types).not.toContain('CustomerChurned');
    expect(read({ order: 'strict', events: ['EmailSent', 'CustomerChurned'] }).types).toContain(
      'CustomerChurned',
    );
  });

  it('is asked in days of the zone, or in instants', () => {
    expect(read({ from: '2018-02-01', to: '2018-03-01' }, 'Asia/Tokyo').wanted).toMatchObject({
      from: Date.UTC(2018, 0, 31, 15),
      to: Date.UTC(2018, 1, 28, 15),
    });
    expect(read({ from: '2018-02-01T00:00:00Z' }, 'Asia/Tokyo').wanted.from).toBe(Date.UTC(2018, 1, 1));
  });

  it('ORs the values of one dimension', () => {
    const { where, by } = read({
      by: ['origin', 'lastChannel'],
      where: [
        { dimension: 'origin', value: 'ads' },
        { dimension: 'country', value: null },
        { dimension: 'origin', value: 'mail' },
      ],
    });
    expect(by).toEqual(['origin', 'lastChannel']);
    expect([...where]).toEqual([
      ['origin', new Set(['ads', 'mail'])],
      ['country', new Set([null])],
    ]);
  });

  it.each([2, 10])('takes %d steps', count => {
    expect(read({ events: Array.from({ length: count }, () => 'EmailSent') }).wanted.steps).toHaveLength(
      count,
    );
  });

  it.each<[string, Partial<EventFunnelQuery>, string, string]>([
    ['no step', { events: [] }, 'events', 'events must be 2 to 10 types of events, not 0'],
    ['one step', { events: ['EmailSent'] }, 'events', 'not 1'],
    ['eleven', { events: Array.from({ length: 11 }, () => 'EmailSent') }, 'events', 'not 11'],
    [
      'an unknown type',
      { events: ['EmailSent', 'EmailSend'] },
      'events',
      'unknown type of event "EmailSend"',
    ],
    ['a type of no lead', { events: ['EmailSent', 'IdempotencyKeyUsed'] }, 'events', 'unknown type of event'],
    ['a claim', { events: ['IdentityClaimed', 'EmailSent'] }, 'events', 'unknown type of event'],
    ['what every object has', { events: ['EmailSent', 'constructor'] }, 'events', 'unknown type of event'],
    ['an odd order', { order: 'loose' }, 'order', 'unknown order "loose"'],
    ['an odd dimension', { by: ['stage'] }, 'by', 'unknown dimension "stage"'],
    ['a dimension twice', { by: ['origin', 'country', 'origin'] }, 'by', '"origin" is asked for twice'],
    ['too many dimensions', { by: dimensions.slice(0, 5) }, 'by', 'at most 4 dimensions at once'],
    ['an odd condition', { where: [{ dimension: 'toString', value: 'x' }] }, 'where', 'unknown dimension'],
    [
      'a thousand and one conditions',
      { where: Array.from({ length: 1_001 }, (_, n) => ({ dimension: 'origin', value: String(n) })) },
      'where',
      'at most 1000 values',
    ],
    ['no window', { within: 'soon' }, 'within', 'within must be minutes, hours or days'],
    ['an odd day', { from: '2018-02-30' }, 'from', '2018-02-30'],
  ])('is refused with %s', (_, change, path, sentence) => {
    const error = refused(change);
    expect([error.path, error.message]).toEqual([path, expect.stringContaining(sentence)]);
  });

  it('says what there is instead, and no more of what was given than fits a line', () => {
    expect(refused({ events: ['EmailSent', 'x'.repeat(5_000)] })).toMatchObject({ known: eventTypes });
    expect(refused({ events: ['EmailSent', 'x'.repeat(5_000)] }).message.length).toBeLessThan(1_000);
    expect(refused({ by: ['x'.repeat(5_000)] }).message.length).toBeLessThan(1_000);
    expect(refused({ order: 'x'.repeat(5_000) }).message.length).toBeLessThan(1_000);
  });
});

describe('a window', () => {
  it.each<[string | undefined, number]>([
    [undefined, Infinity],
    ['30m', 30 * minute],
    ['12h', 720 * minute],
    ['7d', 7 * 1_440 * minute],
    ['7', 7 * 1_440 * minute],
    ['0', 0],
    ['36500d', 36_500 * 1_440 * minute],
  ])('of %s is %d ms', (text, ms) => {
    expect(withinOf(text)).toBe(ms);
  });

  it.each(['', ' ', '7 d', '7w', '-7d', '1.5h', '7D', '36501d', '9999999999', '٧d', '7d ', 'd', '1e3'])(
    'is none of %j',
    text => {
      expect(() => withinOf(text)).toThrow(InvalidQuery);
    },
  );
});

describe('a tally', () => {
  const hour = 60 * minute;

  it('counts each step, what is left of the one before, and how long it took', () => {
    const tally = createTally(['EmailSent', 'EmailOpened', 'LinkClicked']);
    for (const instants of [[0], [0, hour], [0, 3 * hour, 3 * hour], [5, 5 + 2 * hour, 5 + 12 * hour]])
      tally.add(instants);
    expect(tally.rows()).toEqual([
      {
        ...{ step: 1, event: 'EmailSent', count: 4, stepConversion: null, overallConversion: 1 },
        ...{ dropOff: null, medianHoursFromPrevious: null },
      },
      {
        ...{ step: 2, event: 'EmailOpened', count: 3, stepConversion: 0.75, overallConversion: 0.75 },
        ...{ dropOff: 0.25, medianHoursFromPrevious: 2 },
      },
      {
        ...{ step: 3, event: 'LinkClicked', count: 2, stepConversion: 2 / 3, overallConversion: 0.5 },
        ...{ dropOff: 1 - 2 / 3, medianHoursFromPrevious: 5 },
      },
    ]);
  });

  it('of nobody has no rates, rather than wrong ones', () => {
    expect(createTally(['EmailSent', null]).rows()).toEqual([
      expect.objectContaining({ count: 0, stepConversion: null, overallConversion: null, dropOff: null }),
      expect.objectContaining({ event: null, count: 0, stepConversion: null, medianHoursFromPrevious: null }),
    ]);
  });
});
