import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricAnswer } from '../../libs/metrics/define.ts';
import { leadfold, newFolder } from './cli-child.ts';
import { startServer, type Harness } from './http-server.ts';

jest.setTimeout(60_000);

const folder = newFolder();
let server: Harness;
let position: number;

const facts = [
  ['EmailSent', 'l1', '2018-01-10T10:00:00Z', 'spring'],
  ['EmailOpened', 'l1', '2018-01-10T11:00:00Z', 'spring'],
  ['CallMade', 'l1', '2018-01-10T11:30:00Z', undefined],
  ['LinkClicked', 'l1', '2018-01-10T12:00:00Z', 'spring'],
  ['EmailSent', 'l2', '2018-02-10T10:00:00Z', undefined],
  ['EmailOpened', 'l2', '2018-02-20T10:00:00Z', undefined],
] as const;
const events = 'events=EmailSent,EmailOpened,LinkClicked';

beforeAll(async () => {
  server = await startServer({ LEADFOLD_DATA: join(folder, 'data') });
  for (const [id, origin] of Object.entries({ l1: 'social', l2: 'fair' }))
    await server.post('/v1/leads', { id, origin, occurredAt: '2018-01-01T10:00:00Z' });
  await server.post('/v1/touchpoints', {
    touchpoints: facts.map(([type, leadId, occurredAt, campaign], n) => ({
      id: `t${n}`,
      type,
      leadId,
      occurredAt,
      ...(campaign && { campaign }),
    })),
  });
  position = await server.engine.events.head();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const ask = async (query: string): Promise<MetricAnswer> =>
  JSON.parse((await server.get(`/v1/funnel?${query}`)).text) as MetricAnswer;
const counts = async (query: string): Promise<readonly unknown[]> =>
  (await ask(query)).rows.map(({ count }) => count);

describe('GET /v1/funnel?events=', () => {
  it.each([
    ['', [2, 2, 1]],
    ['&order=strict', [2, 2, 0]],
    ['&order=any', [2, 2, 1]],
    ['&within=7d', [2, 1, 1]],
    ['&within=10', [2, 2, 1]],
    ['&within=90m', [2, 1, 0]],
    ['&from=2018-02-01', [1, 1, 0]],
    ['&where=origin:social', [1, 1, 1]],
    ['&where=firstCampaign:', [1, 1, 0]],
  ])('counts the leads that come so far: %s', async (more, expected) => {
    expect(await counts(`${events}${more}&atLeast=${position}`)).toEqual(expected);
  });

  it('says what it counts, and when it was so', async () => {
    const answer = await ask(`${events}&by=origin&atLeast=${position}`);
    expect(answer).toMatchObject({ metric: 'event-funnel', position, range: { from: null, to: null } });
    expect(answer.rows[4]).toEqual({
      by: { origin: 'social' },
      step: 2,
      event: 'EmailOpened',
      count: 1,
      stepConversion: 1,
      overallConversion: 1,
      dropOff: 0,
      medianHoursFromPrevious: 1,
    });
    expect(Object.keys(answer.definitions)).toContain('medianHoursFromPrevious');
  });

  it('answers as CSV', async () => {
    const { text } = await server.get(`/v1/funnel?${events}&by=origin`, { accept: 'text/csv' });
    expect(text.split('\n')[0]).toBe(
      'origin,step,event,count,stepConversion,overallConversion,dropOff,medianHoursFromPrevious',
    );
  });

  it.each([
    ['events=EmailSent', /2 to 10/],
    ['events=EmailSent,EmailRead', /EmailOpened/],
    ['events=', /events/],
    [`${events}&order=backwards`, /ordered, strict, any/],
    [`${events}&within=soon`, /30m, 12h, 7d/],
    [`${events}&within=7d&within=8d`, /only once/],
    [`${events}&by=stage`, /firstCampaign/],
    [`${events}&grain=month`, /grain/],
    ['order=strict', /order/],
    ['within=7d', /whole number/],
  ])('refuses %s', async (query, message) => {
    const { status, text } = await server.get(`/v1/funnel?${query}`);
    expect([status, text]).toEqual([400, expect.stringMatching(message)]);
  });

  it('is the same on the command line', async () => {
    const words = ['--order', 'strict', '--within', '7d', '--json', '--data', join(folder, 'data')];
    const { code, out } = await leadfold(['query', 'funnel', '--events', 'EmailSent,EmailOpened', ...words]);
    expect(code).toBe(0);
    const query = 'events=EmailSent,EmailOpened&order=strict&within=7d';
    expect(JSON.parse(out)).toEqual(await ask(query));
  });

  it.each([
    [['funnel', '--within', '7d'], '--events'],
    [['funnel', '--order', 'strict'], '--events'],
    [['close-rate', '--events', 'EmailSent,EmailOpened'], 'close-rate has no --events'],
    [['funnel', '--events', 'EmailSent,EmailRead'], 'EmailRead'],
  ])('is refused on the command line: %j', async (words, message) => {
    const { code, err } = await leadfold(['query', ...words, '--data', join(folder, 'data')]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
