import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type Answer, type Harness } from './http-server.ts';

interface Line {
  readonly rule: string;
  readonly kind: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly pointsThen: number;
  readonly pointsNow: number;
}
interface Lead {
  readonly id: string;
  readonly score: number;
  readonly fit: number;
  readonly engagement: number;
  readonly band: string;
  readonly stage: string;
  readonly origin: string | null;
  readonly nextCrossingAt: string | null;
  readonly data: readonly (Lead & Line)[];
  readonly rules: readonly { readonly rule: string; readonly points: number; readonly counted: number }[];
  readonly nextCursor: string | null;
}
const bodyOf = (answer: Answer): Lead => answer.json as unknown as Lead;

let server: Harness;
let position = 0;
const now = Date.now();
const daysAgo = (days: number): string => new Date(now - days * 86_400_000).toISOString();

beforeAll(async () => {
  server = await startServer();
  await server.post('/v1/leads', {
    id: 'ann',
    email: 'ann@example.org',
    name: 'Ann',
    company: 'ACME',
    jobTitle: 'Head of Sales',
    country: 'GB',
    origin: 'referral',
    attributes: { budget: 'high' },
    consents: [{ purpose: 'news/offers', channel: 'email', textVersion: '2' }],
    occurredAt: daysAgo(40),
  });
  for (const [id, origin] of [
    ['bob', 'social'],
    ['cid', undefined],
    ['dot', '=social'],
  ])
    await server.post('/v1/leads', { id, ...(origin && { origin }), occurredAt: daysAgo(30) });
  const touch = (id: string, type: string, leadId: string, days: number, more: object = {}): object => ({
    id,
    type,
    leadId,
    occurredAt: daysAgo(days),
    ...more,
  });
  await server.post('/v1/touchpoints', {
    touchpoints: [
      touch('t1', 'MeetingHeld', 'ann', 2),
      touch('t2', 'FormSubmitted', 'ann', 5, { form: 'demo' }),
      touch('t3', 'PageViewed', 'ann', 45, { url: 'https://example.org/?who=ann' }),
      touch('t4', 'EmailSent', 'ann', 1),
      touch('t5', 'FormSubmitted', 'bob', 1),
      touch('t6', 'ContentDownloaded', 'bob', 1),
    ],
  });
  await server.post('/v1/leads/ann/stage', { stage: 'sql', occurredAt: daysAgo(3) });
  const back = await server.post('/v1/leads/bob/stage', { stage: 'mql', occurredAt: daysAgo(3) });
  position = back.json.position;
});

afterAll(() => server.close());

const ids = async (query: string): Promise<readonly string[]> =>
  bodyOf(await server.get(`/v1/leads?atLeast=${position}&${query}`)).data.map(({ id }) => id);

describe('GET /v1/leads', () => {
  it('lists leads with score and band, by id, and nothing personal', async () => {
    const answer = await server.get(`/v1/leads?atLeast=${position}`);
    const { data } = bodyOf(answer);
    expect(data.map(({ id, band, stage, origin }) => [id, band, stage, origin])).toEqual([
      ['ann', 'hot', 'sql', 'referral'],
      ['bob', 'warm', 'mql', 'social'],
      ['cid', 'cold', 'lead', null],
      ['dot', 'cold', 'lead', '=social'],
    ]);
    expect(data[0]).toMatchObject({
      fit: 22,
      firstTouchAt: daysAgo(45),
      capturedAt: daysAgo(40),
      lastTouchAt: daysAgo(1),
    });
    expect(data[0]!.score).toBeCloseTo(22 + data[0]!.engagement, 9);
    expect(answer.text).not.toMatch(/Ann|example\.org|Head/);
  });

  it('narrows down by band, stage and origin', async () => {
    expect(await ids('band=cold')).toEqual(['cid', 'dot']);
    expect(await ids('band=hot&stage=sql&origin=referral')).toEqual(['ann']);
    expect(await ids('band=hot&stage=mql')).toEqual([]);
    expect(await ids('origin=')).toEqual(['cid']);
  });

  it('sorts by score either way, page by page', async () => {
    expect((await ids('sort=-score')).slice(0, 2)).toEqual(['ann', 'bob']);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Lead = bodyOf(
        await server.get(`/v1/leads?sort=score&limit=1${cursor && `&cursor=${cursor}`}`),
      );
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['cid', 'dot', 'bob', 'ann']);
  });

  it('comes as CSV in which nothing is a formula', async () => {
    const { text } = await server.get('/v1/leads?stage=lead', { accept: 'text/csv' });
    expect(text).toMatch(/^id,stage,origin,/);
    expect(text).toContain(`dot,lead,'=social`);
  });

  it.each([
    ['an unknown band', 'band=boiling', /no band here; there are: cold, warm, hot/],
    ['an unknown stage', 'stage=friend', /no stage here/],
    ['an unknown order', 'sort=name', /must be one of id, -id, score, -score/],
    ['more than a page holds', 'limit=201', /from 1 to 200/],
    ['a cursor of another list', 'cursor=abc', /cursor/],
    ['a filter twice', 'band=hot&band=cold', /only once/],
    ['a filter that is SQL', "stage=lead'--", /no stage/],
  ])('refuses %s', async (_, query, says) => {
    const answer = await server.get(`/v1/leads?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(says);
  });
});

describe('GET /v1/leads/{id}', () => {
  it('shows the profile, personal data apart', async () => {
    const { json } = await server.get(`/v1/leads/ann?atLeast=${position}`);
    expect(json).toMatchObject({
      id: 'ann',
      stage: 'sql',
      band: 'hot',
      company: 'ACME',
      country: 'GB',
      nextCrossingAt: expect.stringMatching(/Z$/),
      personal: {
        email: 'ann@example.org',
        name: 'Ann',
        jobTitle: 'Head of Sales',
        attributes: { budget: 'high' },
      },
      consents: [{ purpose: 'news/offers', channel: 'email', textVersion: '2', grantedAt: daysAgo(40) }],
    });
  });

  it('takes the last word of a correction, wherever it comes late', async () => {
    const late = await server.call('/v1/leads/cid', {
      method: 'PATCH',
      body: { company: 'Old Ltd', occurredAt: daysAgo(20) },
    });
    await server.call('/v1/leads/cid', { method: 'PATCH', body: { company: 'New Ltd' } });
    expect(late.status).toBe(200);
    const last = await server.call('/v1/leads/cid', {
      method: 'PATCH',
      body: { company: 'Middle Ltd', occurredAt: daysAgo(10) },
    });
    const { json } = await server.get(`/v1/leads/cid?atLeast=${last.json.position}`);
    expect(json).toMatchObject({ company: 'New Ltd' });
  });

  it.each(['', '/score', '/timeline'])('%s answers 404 for whom nobody knows', async path => {
    const answer = await server.get(`/v1/leads/nobody${path}`);
    expect([answer.status, answer.json.detail]).toEqual([404, 'there is no lead nobody']);
  });

  it.each(['', '/score', '/timeline'])('%s refuses an id that is none', async path => {
    expect((await server.get(`/v1/leads/${encodeURIComponent('a/b@c')}${path}`)).status).toBe(400);
  });
});

describe('GET /v1/leads/{id}/score', () => {
  it('explains the score line by line', async () => {
    const { fit, engagement, data, rules } = bodyOf(
      await server.get(`/v1/leads/ann/score?atLeast=${position}`),
    );
    expect(data.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['meeting-held', 'form-submitted', 'page-viewed', 'decides', 'referred']),
    );
    expect(data.map(({ occurredAt }) => occurredAt)).toEqual(
      data.map(({ occurredAt }) => occurredAt).toSorted((a, b) => (a < b ? 1 : -1)),
    );
    const points = (kind: string): number =>
      data.filter(line => line.kind === kind).reduce((sum, line) => sum + line.pointsNow, 0);
    expect(points('fit')).toBe(fit);
    expect(points('engagement')).toBeCloseTo(engagement, 9);
    expect(rules.find(({ rule }) => rule === 'meeting-held')!.counted).toBeCloseTo(
      25 * 2 ** (-(Date.now() - (now - 2 * 86_400_000)) / (45 * 86_400_000)),
      4,
    );
  });

  it('says what it was at any instant, with what had happened by then', async () => {
    const at = async (days: number): Promise<Lead> =>
      bodyOf(await server.get(`/v1/leads/ann/score?at=${encodeURIComponent(daysAgo(days))}`));
    expect(await at(50)).toMatchObject({ score: 0, band: 'cold', data: [] });
    expect(await at(45)).toMatchObject({ score: 2, fit: 0 });
    expect((await at(31)).engagement).toBeCloseTo(1, 12);
    expect((await at(2)).band).toBe('hot');
  });

  it('changes the band at the very millisecond that it names', async () => {
    const { nextCrossingAt } = bodyOf(await server.get('/v1/leads/ann'));
    const crossing = Date.parse(nextCrossingAt!);
    const at = async (instant: number): Promise<Lead> =>
      bodyOf(await server.get(`/v1/leads/ann/score?at=${new Date(instant).toISOString()}`));
    const [before, then] = [await at(crossing - 1), await at(crossing)];
    expect([before.band, then.band]).toEqual(['hot', 'warm']);
    expect(before.score).toBeGreaterThanOrEqual(50);
    expect(then.score).toBeLessThan(50);
  });

  it('comes page by page, and as CSV', async () => {
    const whole = bodyOf(await server.get('/v1/leads/ann/score'));
    const first = bodyOf(await server.get('/v1/leads/ann/score?limit=4'));
    const rest = bodyOf(await server.get(`/v1/leads/ann/score?cursor=${first.nextCursor}`));
    expect([...first.data, ...rest.data].map(({ rule }) => rule)).toEqual(whole.data.map(({ rule }) => rule));
    const csv = await server.get('/v1/leads/ann/score', { accept: 'text/csv' });
    expect(csv.text).toMatch(/^rule,kind,event,type,position,occurredAt,pointsThen,pointsNow\n/);
  });

  it.each(['at=yesterday', 'at=2018-02-30T00:00:00Z', 'cursor=abc', 'limit=0'])('refuses %s', async query => {
    expect((await server.get(`/v1/leads/ann/score?${query}`)).status).toBe(400);
  });
});

describe('GET /v1/leads/{id}/timeline', () => {
  it('shows everything that happened, the latest first, and none of the machinery', async () => {
    const { json } = await server.get(`/v1/leads/ann/timeline?atLeast=${position}`);
    expect(json.data.map(({ type }) => type)).toEqual([
      'EmailSent',
      'MeetingHeld',
      'LeadStageChanged',
      'FormSubmitted',
      'ConsentGranted',
      'LeadCaptured',
      'PageViewed',
    ]);
  });

  it('goes through all of it page by page, also when something late comes in between', async () => {
    const first = (await server.get('/v1/leads/ann/timeline?limit=3')).json;
    await server.post('/v1/touchpoints', {
      touchpoints: [{ id: 'late', type: 'CallMade', leadId: 'ann', occurredAt: daysAgo(1.5) }],
    });
    const rest = (await server.get(`/v1/leads/ann/timeline?cursor=${first.nextCursor}`)).json;
    expect([...first.data, ...rest.data].map(({ type }) => type)).toHaveLength(7);
    expect(rest.nextCursor).toBeNull();
  });

  it('answers 503 for a position that the log has not', async () => {
    expect((await server.get('/v1/leads/ann/timeline?atLeast=999999999')).status).toBe(503);
  });
});
