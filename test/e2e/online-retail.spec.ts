import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import type { ImportCounts } from '../../libs/importing/index.ts';
import { startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const retail = `${data}online_retail/online_retail_II_2009_2010.csv.gz`;
const leads = `${data}olist/olist_marketing_qualified_leads_dataset.csv`;
const isThere = existsSync(retail) && existsSync(leads);
if (!isThere)
  process.stderr.write(`online-retail.spec.ts is skipped: ${data} does not hold Online Retail and Olist\n`);
const described = isThere ? describe : describe.skip;

const program = new URL('./online-retail-child.ts', import.meta.url).pathname;

interface Done {
  readonly total: ImportCounts;
  /** kB. */
  readonly maxRSS: number;
}

interface Order {
  readonly leadId: string;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly lines: readonly { readonly quantity: number; readonly amount: number }[];
}

described('a year of Online Retail, killed half way, beside Olist, and imported twice', () => {
  const place = temporaryFolder();
  const log = join(place.path, 'events.db');
  let runs: readonly Done[] = [];
  let placed: readonly RecordedEvent[] = [];
  let cancelled: readonly RecordedEvent[] = [];

  const run = async (source: string, file: string): Promise<Done> => {
    const child = startChild(program, [log, source, file]);
    expect([await child.ended, child.errors()]).toEqual([0, '']);
    return JSON.parse(child.lines.at(-1)!.slice('done '.length)) as Done;
  };
  const ordersOf = (events: readonly RecordedEvent[]): readonly Order[] =>
    events.map(event => event.data as Order);

  beforeAll(async () => {
    const broken = startChild(program, [log, 'online-retail', retail]);
    for (let lines = 1; !/^(taken [1-9]|done)/.test(broken.lines.at(-1) ?? ''); lines++)
      await broken.until(lines);
    await broken.kill();
    await run('olist', leads);
    runs = [await run('online-retail', retail), await run('online-retail', retail)];
    const store = openSqliteEventStore({ file: log });
    const events: RecordedEvent[] = [];
    for (
      let page = await store.readAll(0, 5_000);
      page.length > 0;
      page = await store.readAll(page.at(-1)!.position, 5_000)
    )
      events.push(...page.filter(({ type }) => type.startsWith('Order')));
    await store.close();
    placed = events.filter(({ type }) => type === 'OrderPlaced');
    cancelled = events.filter(({ type }) => type === 'OrderCancelled');
  }, 180_000);
  afterAll(() => place.remove());

  it('goes on after the kill, and appends nothing the second time', () => {
    const [first, second] = runs.map(({ total }) => total);
    expect(first).toMatchObject({ rows: 525_461, ignored: 107_958, refused: 0 });
    expect(first!.appended).toBeGreaterThan(0);
    expect(first!.duplicates).toBeGreaterThan(0);
    expect(first!.appended + first!.duplicates).toBe(23_585);
    expect(second).toEqual({ rows: 525_461, appended: 0, duplicates: 23_585, ignored: 107_958, refused: 0 });
  });

  it('holds in 300 MB', () => {
    for (const { maxRSS } of runs) expect(maxRSS).toBeLessThanOrEqual(300_000);
  });

  it('has 407,664 purchase rows in 19,213 orders of 4,312 customers', () => {
    const orders = ordersOf(placed);
    expect(orders).toHaveLength(19_213);
    expect(new Set(placed.map(({ stream }) => stream)).size).toBe(19_213);
    expect(orders.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(407_664);
    expect(new Set(orders.map(({ leadId }) => leadId)).size).toBe(4_312);
    expect(placed.every(({ metadata, data: of }) => metadata.leadId === (of as Order).leadId)).toBe(true);
  });

  it('has a revenue of GBP 8,832,003.26', () => {
    const orders = ordersOf(placed);
    expect(orders.reduce((sum, { total }) => sum + total.amount, 0)).toBe(883_200_326);
    expect(new Set(orders.map(({ total }) => total.currency))).toEqual(new Set(['GBP']));
    for (const { total, lines } of orders)
      expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(total.amount);
  });

  it('has each order at the time of its earliest line', () => {
    const of = (id: string) => placed.find(({ stream }) => stream === `order-${id}`);
    expect(of('489434')!.occurredAt).toBe(Date.UTC(2009, 11, 1, 7, 45));
    expect(Math.min(...placed.map(({ occurredAt }) => occurredAt))).toBe(Date.UTC(2009, 11, 1, 7, 45));
    expect(Math.max(...placed.map(({ occurredAt }) => occurredAt))).toBe(Date.UTC(2010, 11, 9, 20, 1));
  });

  it('has the cancellations with amounts above zero', () => {
    expect(cancelled).toHaveLength(4_372);
    const orders = ordersOf(cancelled);
    expect(orders.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(9_839);
    expect(
      orders.every(({ lines }) => lines.every(({ quantity, amount }) => quantity > 0 && amount >= 0)),
    ).toBe(true);
  });
});
