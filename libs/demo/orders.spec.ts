import { describe, expect, it } from '@jest/globals';
import { day } from './calendar.ts';
import { makeHistory } from './history.ts';
import type { Step } from './step.ts';

const end = new Date('2026-05-01T00:00:00Z');
const { steps } = makeHistory({ leads: 3_000, seed: 'orders', end });

type Of<K extends Step['do']> = Extract<Step, { do: K }>;
const all = <K extends Step['do']>(kind: K): readonly Of<K>[] =>
  steps.filter((step): step is Of<K> => step.do === kind);
const [placed, cancelled] = [all('placeOrder'), all('cancelOrder')];
const times = new Map(
  [...Map.groupBy(placed, ({ leadId }) => leadId)].map(([lead, found]) => [lead, found.map(({ at }) => at)]),
);

describe("the demo's orders", () => {
  it('are of leads that were won before', () => {
    const won = new Map(all('winOpportunity').map(({ leadId, at }) => [leadId, at]));
    expect(placed.filter(({ leadId, at }) => at <= (won.get(leadId) ?? Infinity))).toEqual([]);
    expect(times.size).toBeGreaterThan(0.8 * won.size);
  });

  it('are named once each, by ids that the log takes, in the currency of the country', () => {
    const ids = placed.map(({ command }) => command.id ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter(id => !/^[A-Za-z0-9_-]{1,64}$/.test(id))).toEqual([]);
    const odd = placed.filter(
      ({ command: { country, total } }) =>
        total.currency !== ({ CH: 'CHF', GB: 'GBP' } as Record<string, string>)[country ?? ''] &&
        (total.currency !== 'EUR' || ['CH', 'GB'].includes(country ?? '')),
    );
    expect(odd).toEqual([]);
  });

  it('cost what their lines do, and shipping where that is little', () => {
    const extras = placed.map(
      ({ command: { total, lines = [] } }) =>
        total.amount - lines.reduce((sum, { amount }) => sum + amount, 0),
    );
    expect(new Set(extras)).toEqual(new Set([0, 590]));
    const articles = placed.map(({ command: { lines = [] } }) => lines.map(({ sku }) => sku));
    expect(articles.filter(skus => skus.length === 0 || new Set(skus).size < skus.length)).toEqual([]);
  });

  it('are cancelled now and then, once and afterwards', () => {
    const at = new Map(placed.map(step => [step.command.id, step.at]));
    expect(cancelled.length).toBeGreaterThan(0.02 * placed.length);
    expect(cancelled.length).toBeLessThan(0.08 * placed.length);
    expect(cancelled.filter(step => step.at <= (at.get(step.command.id) ?? Infinity))).toEqual([]);
    expect(new Set(cancelled.map(({ command }) => command.id)).size).toBe(cancelled.length);
  });

  it('come again, of some no more, and of some after a long while', () => {
    const gaps = [...times.values()].flatMap(found => found.slice(1).map((at, n) => (at - found[n]!) / day));
    expect([...times.values()].filter(found => found.length > 4).length).toBeGreaterThan(20);
    const churned = [...times.values()].filter(found => found.at(-1)! < end.getTime() - 91 * day);
    expect(churned.length).toBeGreaterThan(0.1 * times.size);
    expect(churned.length).toBeLessThan(0.6 * times.size);
    expect(gaps.filter(gap => gap > 91).length).toBeGreaterThan(5);
    expect(gaps.filter(gap => gap < 60).length).toBeGreaterThan(0.6 * gaps.length);
  });

  it('are as many of a lead, however much else happens with it', () => {
    const again = makeHistory({ leads: 40, seed: 'orders', end }).steps;
    const ids = (found: readonly Step[]) =>
      found.flatMap(step => (step.do === 'placeOrder' && step.leadId <= 'demo-00040' ? [step.command] : []));
    expect(ids(again)).toEqual(ids(steps));
  });
});
