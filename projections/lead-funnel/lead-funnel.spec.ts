import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../libs/domain/event.ts';
import type { MetricQuery } from '../../libs/metrics/define.ts';
import type { Context } from '../../libs/projecting/context.ts';
import { recorded, specify, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { ask } from '../testing.ts';
import { funnel } from './funnel.metric.ts';
import { leadFunnel } from './lead-funnel.projection.ts';
import {
  advanced,
  captured,
  column,
  eur,
  lost,
  opened,
  reopened,
  rows,
  staged,
  viewed,
  won,
} from '../../test/support/funnel.ts';

const counts = { visitor: 0, lead: 0, mql: 0, sql: 0, opportunity: 0, customer: 0, advocate: 0 };

describe('who is counted', () => {
  it('nobody, in every stage, where nobody entered', async () => {
    expect((await rows([]))[1]).toEqual({
      by: {},
      stage: 'lead',
      count: 0,
      stepConversion: null,
      overallConversion: null,
      dropOff: null,
      medianDaysInStage: null,
      openValue: [],
      weightedValue: [],
    });
    expect(await column('count', [])).toEqual(counts);
  });

  it('a mere visitor as visitor, a captured lead as lead and as visitor', async () => {
    const history = [viewed('a', '2018-01-01'), captured('b', '2018-01-02')];
    expect(await column('count', history)).toEqual({ ...counts, visitor: 2, lead: 1 });
  });

  it('whoever ever reached a stage, in all stages before it, also the skipped', async () => {
    const history = [captured('a', '2018-01-01'), opened('a', '2018-01-05'), lost('a', '2018-02-01')];
    const expected = { ...counts, visitor: 1, lead: 1, mql: 1, sql: 1, opportunity: 1 };
    expect(await column('count', history)).toEqual(expected);
    expect(await column('count', [...history, staged('a', '2018-03-01', 'mql')])).toEqual(expected);
  });

  it('a win without an opening, also one that was reopened, as customer', async () => {
    const history = [captured('a', '2018-01-01'), won('a', '2018-01-05')];
    expect((await column('count', history)).customer).toBe(1);
    expect((await column('count', [...history, reopened('a', '2018-01-06')])).customer).toBe(1);
  });

  it('nobody by stage or opportunity events alone; they are listed', async () => {
    const history = [
      staged('a', '2018-01-01', 'sql'),
      won('b', '2018-01-01'),
      opened('c', '2018-01-01', eur(5)),
    ];
    const { rows: found, quality } = await ask(funnel, history);
    expect(found.every(({ count, openValue }) => count === 0 && JSON.stringify(openValue) === '[]')).toBe(
      true,
    );
    expect(quality).toEqual([{ reason: 'no-first-touch', count: 3, kept: false, entities: ['a', 'b', 'c'] }]);
  });

  it('everybody rightly once the capture arrives late', async () => {
    const history = [won('a', '2018-01-05'), captured('a', '2018-01-01')];
    expect((await column('count', history)).customer).toBe(1);
    expect((await ask(funnel, history)).quality).toEqual([]);
  });
});

describe('conversions', () => {
  const history = [
    ...['a', 'b', 'c', 'd'].map(id => captured(id, '2018-01-01')),
    ...['a', 'b'].map(id => staged(id, '2018-01-05', 'mql')),
    won('a', '2018-01-09'),
  ];

  it('of each step, overall, and what is lost', async () => {
    expect(await column('stepConversion', history)).toEqual({
      visitor: null,
      lead: 1,
      mql: 0.5,
      sql: 0.5,
      opportunity: 1,
      customer: 1,
      advocate: 0,
    });
    expect(await column('overallConversion', history)).toMatchObject({
      visitor: 1,
      mql: 0.5,
      customer: 0.25,
    });
    expect(await column('dropOff', history)).toMatchObject({ visitor: null, lead: 0, mql: 0.5, advocate: 1 });
  });

  it('are null, not zero, after a stage that nobody reached', async () => {
    const few = [captured('a', '2018-01-01')];
    expect(await column('stepConversion', few)).toMatchObject({ mql: 0, sql: null, customer: null });
    expect(await column('dropOff', few)).toMatchObject({ mql: 1, sql: null });
  });
});

describe('the period and the groups', () => {
  const history = [
    captured('a', '2018-01-31T23:30:00Z', { origin: 'social', campaign: 'spring', country: 'DE' }),
    captured('b', '2018-02-01T00:30:00Z', { origin: 'ads', country: 'AT' }),
    captured('c', '2018-03-01T00:00:00Z'),
    won('a', '2018-05-01'),
  ];
  const entered = async (query: Partial<MetricQuery>, context?: Context): Promise<unknown> =>
    (await column('count', history, query, context)).visitor;

  it('are those of the entry, in the workspace’s zone', async () => {
    expect(await entered({ from: '2018-02-01', to: '2018-03-01' })).toBe(1);
    const berlin = testContext({ zone: 'Europe/Berlin' });
    expect(await entered({ from: '2018-02-01', to: '2018-03-01' }, berlin)).toBe(2);
    expect(await entered({ from: '2018-02-01T00:00:00Z', to: '2018-03-01' }, berlin)).toBe(1);
    expect(await entered({ from: '2018-01-31T23:30:00.001Z', to: '2018-02-01T00:30:00Z' })).toBe(0);
  });

  it('break down by where leads came from and when', async () => {
    const by = async (name: string): Promise<unknown> =>
      (await rows(history, { by: [name] })).filter(({ stage }) => stage === 'visitor').map(row => row.by);
    expect(await by('origin')).toEqual([{ origin: null }, { origin: 'ads' }, { origin: 'social' }]);
    expect(await by('campaign')).toEqual([{ campaign: null }, { campaign: 'spring' }]);
    expect(await by('country')).toEqual([{ country: null }, { country: 'AT' }, { country: 'DE' }]);
    expect(await by('cohortMonth')).toEqual(
      ['2018-01', '2018-02', '2018-03'].map(cohortMonth => ({ cohortMonth })),
    );
    expect(await by('cohortDay')).toHaveLength(3);
    expect(await by('cohortYear')).toEqual([{ cohortYear: '2018' }]);
  });

  it('have all stages in each group', async () => {
    const found = await rows(history, { by: ['origin'] });
    expect(found).toHaveLength(21);
    expect(found.find(row => row.stage === 'customer' && row.count === 1)).toMatchObject({
      by: { origin: 'social' },
    });
  });
});

describe('within so many days', () => {
  const history = [captured('a', '2018-01-01T12:00:00Z'), won('a', '2018-01-31T12:00:00Z')];
  const customers = async (within: number, more: readonly ShortEvent[] = []): Promise<unknown> =>
    (await column('count', [...history, ...more], { params: { within } })).customer;

  it('is a hard limit in milliseconds', async () => {
    expect(await customers(30)).toBe(1);
    expect(await customers(29)).toBe(0);
    expect(await customers(29, [viewed('a', '2018-01-01T11:59:59Z')])).toBe(0);
    expect(await customers(30, [viewed('a', '2018-01-01T11:59:59.999Z')])).toBe(0);
    expect(await customers(31, [viewed('a', '2018-01-01T11:59:59.999Z')])).toBe(1);
  });

  it('counts what was reached before the entry', async () => {
    const early = [captured('a', '2018-01-10'), won('a', '2018-01-01')];
    expect((await column('count', early, { params: { within: 0 } })).customer).toBe(1);
  });

  it('leaves the pipeline as it is', async () => {
    const late = [captured('a', '2018-01-01'), opened('a', '2018-03-01', eur(1_000))];
    const found = await rows(late, { params: { within: 7 } });
    expect(found.find(({ stage }) => stage === 'opportunity')).toMatchObject({
      count: 0,
      openValue: [{ amount: 1_000, currency: 'EUR' }],
    });
  });
});

describe('median days in a stage', () => {
  it('are calendar days from the stage to the next that was reached', async () => {
    const history = [
      viewed('a', '2018-01-01T23:59:00Z'),
      captured('a', '2018-01-02T00:01:00Z'),
      staged('a', '2018-01-04', 'mql'),
      won('a', '2018-02-04'),
      captured('b', '2018-01-01'),
      staged('b', '2018-01-10', 'mql'),
      captured('c', '2018-01-01'),
    ];
    expect(await column('medianDaysInStage', history)).toEqual({
      visitor: 1,
      lead: 5.5,
      mql: 31,
      sql: null,
      opportunity: null,
      customer: null,
      advocate: null,
    });
  });

  it('are those of the workspace’s zone', async () => {
    const history = [captured('a', '2018-01-01T23:59:00Z'), staged('a', '2018-01-02T00:01:00Z', 'mql')];
    expect((await column('medianDaysInStage', history)).lead).toBe(1);
    const berlin = testContext({ zone: 'Europe/Berlin' });
    expect((await column('medianDaysInStage', history, {}, berlin)).lead).toBe(0);
  });

  it('do not change with a period that cuts the day of entry', async () => {
    const history = [captured('a', '2018-01-01T12:00:00Z'), staged('a', '2018-01-05', 'mql')];
    expect((await column('medianDaysInStage', history, { to: '2018-01-01T18:00:00Z' })).lead).toBe(4);
  });
});

describe('data quality', () => {
  it('lists a win before the first touch, and counts it', async () => {
    const history = [
      captured('a', '2018-01-10T00:00:00Z', { origin: 'ads' }),
      won('a', '2018-01-09T23:59:59Z'),
    ];
    const { rows: found, quality } = await ask(funnel, history, { from: '2018-01-10' });
    expect(quality).toEqual([{ reason: 'won-before-first-touch', count: 1, kept: true, entities: ['a'] }]);
    expect(found.find(({ stage }) => stage === 'customer')?.count).toBe(1);
    expect((await ask(funnel, [...history, viewed('a', '2018-01-01')])).quality).toEqual([]);
    expect((await ask(funnel, history, { where: [{ dimension: 'origin', value: 'fair' }] })).quality).toEqual(
      [],
    );
  });

  it('lists amounts and declared revenues from the bound on, and keeps them', async () => {
    const start = [captured('a', '2018-01-01')];
    const bound = { amount: 1_000_000_000, currency: 'BRL' };
    const listed = async (event: ShortEvent): Promise<unknown> =>
      (await ask(funnel, [...start, event])).quality.map(({ reason, kept }) => [reason, kept]);
    expect(await listed(won('a', '2018-01-05', { declaredRevenue: bound }))).toEqual([
      ['implausible-amount', true],
    ]);
    expect(await listed(opened('a', '2018-01-05', { amount: bound }))).toEqual([
      ['implausible-amount', true],
    ]);
    expect(
      await listed(won('a', '2018-01-05', { declaredRevenue: { ...bound, amount: 999_999_999 } })),
    ).toEqual([]);
  });
});

describe('the state', () => {
  it('is small', () => {
    specify(leadFunnel)
      .given(
        viewed('a', '2018-01-01'),
        viewed('a', '2018-01-02'),
        captured('b', '2018-01-01', { origin: 'ads' }),
      )
      .then(({ states }) => {
        expect(JSON.stringify(states.get('a'))).toBe('{"entry":{"touched":1514764800000}}');
        expect(JSON.stringify(states.get('b')).length).toBeLessThan(90);
      });
  });

  it('does not change by later touchpoints or repeated facts', () => {
    const context = testContext();
    const fold = (state: Json, event: ShortEvent): Json =>
      leadFunnel.evolve(state, recorded(event, 1), context);
    const facts = [
      captured('a', '2018-01-01', { origin: 'ads' }),
      staged('a', '2018-01-02', 'mql'),
      opened('a', '2018-01-03', eur(5)),
    ];
    const state = facts.reduce(fold, leadFunnel.initialState());
    const repeats = [
      viewed('a', '2018-01-01'),
      viewed('a', '2018-02-01'),
      staged('a', '2018-02-02', 'mql'),
      staged('a', '2018-02-02', 'no such stage'),
      advanced('a', '2018-02-01'),
    ];
    for (const event of repeats) expect(fold(state, event)).toBe(state);
  });
});
