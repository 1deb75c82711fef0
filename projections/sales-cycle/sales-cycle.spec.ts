import { describe, expect, it } from '@jest/globals';
import type { MetricQuery, MetricRow } from '../../libs/metrics/define.ts';
import { specify, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { ask } from '../testing.ts';
import { closeRate } from './close-rate.metric.ts';
import { cycleLength } from './sales-cycle.metric.ts';
import { salesCycle } from './sales-cycle.projection.ts';

const captured = (leadId: string, occurredAt: string, said: object = {}): ShortEvent => ({
  type: 'LeadCaptured',
  occurredAt,
  data: { leadId, ...said },
});
const called = (leadId: string, occurredAt: string): ShortEvent => ({
  type: 'CallMade',
  occurredAt,
  data: { leadId, touchpointId: '1' },
});
const staged = (leadId: string, occurredAt: string, stage: string): ShortEvent => ({
  type: 'LeadStageChanged',
  occurredAt,
  data: { leadId, stage },
});
const deal =
  (type: 'OpportunityOpened' | 'OpportunityWon' | 'OpportunityLost' | 'OpportunityReopened') =>
  (leadId: string, occurredAt: string, said: object = {}): ShortEvent => ({
    type,
    occurredAt,
    data: { leadId, opportunityId: `${leadId}-deal`, ...said },
  });
const opened = deal('OpportunityOpened');
const won = deal('OpportunityWon');
const lost = deal('OpportunityLost');
const reopened = deal('OpportunityReopened');

type Context = ReturnType<typeof testContext>;
const cycle = async (
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
  context?: Context,
): Promise<readonly MetricRow[]> => (await ask(cycleLength, history, query, context)).rows;
const days = async (history: readonly ShortEvent[], context?: Context): Promise<unknown> => {
  const [row] = await cycle(history, {}, context);
  return row?.deals === 1 ? row.meanDays : { deals: row?.deals };
};
const outcome = async (
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
): Promise<unknown> => {
  const [row] = (await ask(closeRate, history, query)).rows as readonly MetricRow[];
  return [row?.leads, row?.won, row?.lost];
};

describe('the days of a deal', () => {
  it('are from the first touch to the win', async () => {
    expect(await days([captured('a', '2018-01-01'), won('a', '2018-02-01')])).toBe(31);
    expect(await days([captured('a', '2018-01-01'), called('a', '2017-12-31'), won('a', '2018-02-01')])).toBe(
      32,
    );
    expect(await days([called('a', '2018-01-02'), won('a', '2018-02-01')])).toBe(30);
  });

  it('do not begin with stage, opportunity or profile events', async () => {
    const early = [
      staged('a', '2017-01-01', 'mql'),
      opened('a', '2017-01-02'),
      { type: 'LeadProfileUpdated', occurredAt: '2017-01-03', data: { leadId: 'a', country: 'DE' } } as const,
      {
        type: 'OpportunityStageChanged',
        occurredAt: '2017-01-04',
        data: { leadId: 'a', opportunityId: 'a-deal', stage: 'x' },
      } as const,
    ];
    expect(await days([...early, captured('a', '2018-01-01'), won('a', '2018-02-01')])).toBe(31);
  });

  it('are the difference of local dates, not of hours', async () => {
    const history = [captured('a', '2018-01-01T23:30:00Z'), won('a', '2018-01-02T00:30:00Z')];
    expect(await days(history)).toBe(1);
    expect(await days(history, testContext({ zone: 'Europe/Berlin' }))).toBe(0);
    const clocks = [captured('a', '2018-03-24T23:30:00+01:00'), won('a', '2018-03-26T00:30:00+02:00')];
    expect(await days(clocks, testContext({ zone: 'Europe/Berlin' }))).toBe(2);
  });

  it('may be negative, and are listed then', async () => {
    const history = [captured('a', '2018-01-03'), won('a', '2018-01-01T12:00:00Z')];
    expect(await days(history)).toBe(-2);
    expect((await ask(cycleLength, history)).quality).toEqual([
      { reason: 'won-before-first-touch', count: 1, kept: true, entities: ['a'] },
    ]);
  });

  it('are listed too when the win came earlier on the same day', async () => {
    const history = [captured('a', '2018-01-01T12:00:00Z'), won('a', '2018-01-01T11:00:00Z')];
    expect(await days(history)).toBe(0);
    expect((await ask(cycleLength, history)).quality).toHaveLength(1);
  });
});

describe('which deals count', () => {
  it('every won deal of a lead by itself', async () => {
    const history = [
      captured('a', '2018-01-01'),
      won('a', '2018-01-11'),
      won('a', '2018-01-31', { opportunityId: 'constructor' }),
      opened('a', '2018-01-31', { opportunityId: 'third' }),
    ];
    expect(await cycle(history)).toEqual([
      { by: {}, deals: 2, meanDays: 20, medianDays: 20, p90Days: 28, minDays: 10, maxDays: 30 },
    ]);
  });

  it('none that is lost, open or reopened', async () => {
    const history = [captured('a', '2018-01-01'), won('a', '2018-01-11')];
    expect(await days([...history, reopened('a', '2018-01-12')])).toEqual({ deals: 0 });
    expect(await days([...history, lost('a', '2018-01-12')])).toEqual({ deals: 0 });
    expect(await days([...history, reopened('a', '2018-01-12'), won('a', '2018-01-21')])).toBe(20);
    expect(await days([...history, opened('a', '2018-01-12')])).toBe(10);
  });

  it('none whose lead nobody touched; it is listed on the day of the win', async () => {
    const history = [
      won('a', '2018-01-11', { owner: 'kim' }),
      captured('b', '2018-01-01'),
      won('b', '2018-01-21'),
    ];
    const { rows, quality } = await ask(cycleLength, history);
    expect(rows[0]?.deals).toBe(1);
    expect(quality).toEqual([{ reason: 'no-first-touch', count: 1, kept: false, entities: ['a'] }]);
    expect((await ask(cycleLength, history, { from: '2018-01-12' })).quality).toEqual([]);
    const where = [{ dimension: 'owner', value: 'lou' }];
    expect((await ask(cycleLength, history, { where })).quality).toEqual([]);
    expect((await ask(cycleLength, [...history, called('a', '2018-01-01')])).quality).toEqual([]);
  });

  it('none at all leaves a row of nothing', async () => {
    expect(await cycle([])).toEqual([
      { by: {}, deals: 0, meanDays: null, medianDays: null, p90Days: null, minDays: null, maxDays: null },
    ]);
  });
});

describe('the groups and periods of the sales cycle', () => {
  const history = [
    captured('a', '2017-12-31T23:30:00Z', { origin: 'social', campaign: 'spring', country: 'DE' }),
    opened('a', '2018-01-05', { owner: 'kim', segment: 'pet' }),
    won('a', '2018-01-31T23:30:00Z', { owner: 'lou' }),
    captured('b', '2018-01-01'),
    won('b', '2018-03-01', { owner: 'kim', segment: 'toys' }),
  ];
  const by = async (name: string, context?: Context): Promise<unknown> =>
    (await cycle(history, { by: [name] }, context)).map(
      row => (row.by as unknown as Record<string, unknown>)[name],
    );

  it('are the lead’s and the deal’s, by the winner where the win names one', async () => {
    expect(await by('origin')).toEqual([null, 'social']);
    expect(await by('campaign')).toEqual([null, 'spring']);
    expect(await by('country')).toEqual([null, 'DE']);
    expect(await by('owner')).toEqual(['kim', 'lou']);
    expect(await by('segment')).toEqual(['pet', 'toys']);
  });

  it('are the winner’s also when the opening says a later time', async () => {
    const late = [...history, opened('b', '2018-03-09', { owner: 'max', segment: 'cars' })];
    for (const by of ['owner', 'segment'])
      expect((await cycle(late, { by: [by] })).map(row => row.by)).toEqual(
        (await cycle(history, { by: [by] })).map(row => row.by),
      );
  });

  it('are those of the win and of the first touch, in the workspace’s zone', async () => {
    expect(await by('wonMonth')).toEqual(['2018-01', '2018-03']);
    expect(await by('wonDay')).toEqual(['2018-01-31', '2018-03-01']);
    expect(await by('wonYear')).toEqual(['2018']);
    expect(await by('cohortMonth')).toEqual(['2017-12', '2018-01']);
    const berlin = testContext({ zone: 'Europe/Berlin' });
    expect(await by('wonMonth', berlin)).toEqual(['2018-02', '2018-03']);
    expect(await by('cohortMonth', berlin)).toEqual(['2018-01']);
  });

  it('select on the day of the win', async () => {
    expect((await cycle(history, { from: '2018-02-01' }))[0]?.deals).toBe(1);
    expect((await cycle(history, { to: '2018-02-01' }))[0]).toMatchObject({ deals: 1, meanDays: 31 });
    expect((await cycle(history, { to: '2018-01-31T23:30:00Z' }))[0]?.deals).toBe(0);
    expect((await cycle(history, { from: '2018-01-31T23:30:00Z', to: '2018-02-28' }))[0]).toMatchObject({
      deals: 1,
      meanDays: 31,
    });
  });
});

describe('the sales cycle per stage', () => {
  const stages = async (history: readonly ShortEvent[], query: Partial<MetricQuery> = {}): Promise<unknown> =>
    (await cycle(history, { ...query, params: { stages: 1 } }))
      .filter(({ deals }) => deals !== 0)
      .map(({ stage, deals, meanDays }) => [stage, deals, meanDays]);
  const history = [
    called('a', '2018-01-01'),
    captured('a', '2018-01-03'),
    staged('a', '2018-01-10', 'mql'),
    opened('a', '2018-01-20'),
    won('a', '2018-01-31'),
  ];

  it('has a row for each, with the days from one to the next and to the win', async () => {
    expect(await cycle(history, { params: { stages: 1 } })).toHaveLength(7);
    expect(await stages(history)).toEqual([
      ['visitor', 1, 2],
      ['lead', 1, 7],
      ['mql', 1, 10],
      ['opportunity', 1, 11],
    ]);
  });

  it('counts a customer’s next deal up to its own win', async () => {
    const next = won('a', '2018-03-31', { opportunityId: 'second' });
    expect(await stages([...history, next])).toContainEqual(['customer', 1, 59]);
    expect(await stages([...history, next], { to: '2018-02-01' })).not.toContainEqual(['customer', 1, 59]);
  });

  it('leaves out what came after the win', async () => {
    expect(await stages([...history, staged('a', '2018-02-10', 'sql')])).toEqual(await stages(history));
    expect(await stages([captured('a', '2018-01-03'), won('a', '2018-01-01')])).toEqual([]);
  });

  it('is not asked for by 0', async () => {
    expect(await cycle(history, { params: { stages: 0 } })).toEqual(await cycle(history));
  });
});

describe('the close rate', () => {
  it('counts leads that entered, once each, whatever deals they have', async () => {
    const history = [
      captured('a', '2018-01-01'),
      won('a', '2018-01-05'),
      won('a', '2018-01-06', { opportunityId: 'second' }),
      called('b', '2018-01-01'),
      captured('c', '2018-01-01'),
      lost('c', '2018-01-05'),
    ];
    const { rows, definitions } = await ask(closeRate, history);
    expect(rows).toEqual([{ by: {}, leads: 3, won: 1, lost: 1, closeRate: 1 / 3, winRate: 0.5 }]);
    expect(definitions).toMatchObject({ closeRate: 'won / leads', winRate: 'won / (won + lost)' });
  });

  it('is null where there is nothing to divide by', async () => {
    expect((await ask(closeRate, [])).rows).toEqual([
      { by: {}, leads: 0, won: 0, lost: 0, closeRate: null, winRate: null },
    ]);
    expect((await ask(closeRate, [captured('a', '2018-01-01')])).rows[0]).toMatchObject({
      closeRate: 0,
      winRate: null,
    });
  });

  it('takes a lead as lost when a deal is lost and none is won or open', async () => {
    const start = [captured('a', '2018-01-01'), lost('a', '2018-01-05')];
    expect(await outcome(start)).toEqual([1, 0, 1]);
    expect(await outcome([...start, opened('a', '2018-01-06', { opportunityId: 'second' })])).toEqual([
      1, 0, 0,
    ]);
    expect(await outcome([...start, won('a', '2018-01-06', { opportunityId: 'second' })])).toEqual([1, 1, 0]);
    expect(await outcome([...start, reopened('a', '2018-01-06')])).toEqual([1, 0, 0]);
    const advanced: ShortEvent = {
      type: 'OpportunityStageChanged',
      occurredAt: '2018-01-06',
      data: { leadId: 'a', opportunityId: 'second', stage: 'offer' },
    };
    expect(await outcome([...start, advanced])).toEqual([1, 0, 0]);
  });

  it('takes a reopened deal as not won, and one that is won again as won', async () => {
    const start = [captured('a', '2018-01-01'), won('a', '2018-01-05'), reopened('a', '2018-01-06')];
    expect(await outcome(start)).toEqual([1, 0, 0]);
    expect(await outcome([...start, won('a', '2018-01-07')])).toEqual([1, 1, 0]);
    expect(await outcome([...start, lost('a', '2018-01-07')])).toEqual([1, 0, 1]);
  });

  it('goes by the entry of the lead, not by the day of the win', async () => {
    const history = [captured('a', '2018-01-31', { origin: 'ads' }), won('a', '2018-03-05')];
    expect(await outcome(history, { from: '2018-01-01', to: '2018-02-01' })).toEqual([1, 1, 0]);
    expect(await outcome(history, { from: '2018-03-01' })).toEqual([0, 0, 0]);
    const { rows } = await ask(closeRate, history, { by: ['cohortMonth', 'origin'] });
    expect(rows.map(({ by }) => by)).toEqual([{ cohortMonth: '2018-01', origin: 'ads' }]);
  });

  it('leaves out leads that nobody touched, and lists them', async () => {
    const { rows, quality } = await ask(closeRate, [lost('a', '2018-01-05'), won('b', '2018-01-05')]);
    expect(rows[0]?.leads).toBe(0);
    expect(quality).toEqual([{ reason: 'no-first-touch', count: 2, kept: false, entities: ['a', 'b'] }]);
  });

  it('lists an implausible revenue in the lead’s period and group', async () => {
    const declaredRevenue = { amount: 5_000_000_000, currency: 'BRL' };
    const history = [
      captured('a', '2018-01-01', { origin: 'ads' }),
      won('a', '2018-02-05', { declaredRevenue }),
    ];
    const reasons = async (query: Partial<MetricQuery>): Promise<readonly string[]> =>
      (await ask(closeRate, history, query)).quality.map(({ reason }) => reason);
    expect(await reasons({ to: '2018-02-01' })).toEqual(['implausible-amount']);
    expect(await reasons({ from: '2018-02-01' })).toEqual([]);
    expect(await reasons({ where: [{ dimension: 'origin', value: 'fair' }] })).toEqual([]);
  });
});

it('keeps a small state that later touchpoints do not change', () => {
  specify(salesCycle)
    .given(captured('a', '2018-01-01'), called('a', '2018-02-01'), won('a', '2018-02-01'))
    .then(({ states }) => {
      expect(states.get('a')).toEqual({
        entry: { captured: Date.parse('2018-01-01') },
        reached: { customer: Date.parse('2018-02-01') },
        deals: [{ id: 'a-deal', status: 'won', at: Date.parse('2018-02-01') }],
      });
    });
});
