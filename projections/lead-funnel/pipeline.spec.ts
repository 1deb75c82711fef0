import { describe, expect, it } from '@jest/globals';
import type { Context } from '../../libs/projecting/context.ts';
import { testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { ask } from '../testing.ts';
import { funnel } from './funnel.metric.ts';
import {
  advanced,
  captured,
  column,
  eur,
  lost,
  opened,
  reopened,
  staged,
  won,
} from '../../test/support/funnel.ts';

describe('the open pipeline', () => {
  const value = async (name: string, history: readonly ShortEvent[], context?: Context): Promise<unknown> => {
    const found = Object.entries(await column(name, history, {}, context));
    return Object.fromEntries(found.filter(([, list]) => (list as readonly unknown[]).length > 0));
  };
  const start = [captured('a', '2018-01-01'), opened('a', '2018-01-05', eur(129_901))];

  it('stands at opportunity, weighted by the stage unless the deal says otherwise', async () => {
    expect(await value('openValue', start)).toEqual({ opportunity: [{ amount: 129_901, currency: 'EUR' }] });
    expect(await value('weightedValue', start)).toEqual({
      opportunity: [{ amount: 64_951, currency: 'EUR' }],
    });
    const likely = [...start, advanced('a', '2018-01-08', 0.8)];
    expect(await value('weightedValue', likely)).toEqual({
      opportunity: [{ amount: 103_921, currency: 'EUR' }],
    });
    expect(await value('weightedValue', [...likely, advanced('a', '2018-01-09')])).toEqual(
      await value('weightedValue', likely),
    );
  });

  it('takes the latest probability, whenever it was recorded', async () => {
    const late = [...start, advanced('a', '2018-01-09', 0), advanced('a', '2018-01-08', 0.9)];
    expect(await value('weightedValue', late)).toEqual({ opportunity: [{ amount: 0, currency: 'EUR' }] });
  });

  it('ends with the win or loss and comes back with the reopening, at the amount stated last', async () => {
    expect(await value('openValue', [...start, lost('a', '2018-01-09')])).toEqual({});
    const closed = [...start, won('a', '2018-01-09', eur(7_000))];
    expect(await value('openValue', closed)).toEqual({});
    expect(await value('openValue', [...closed, reopened('a', '2018-01-10')])).toEqual({
      opportunity: [{ amount: 7_000, currency: 'EUR' }],
    });
  });

  it('does not rise again by an opening that is recorded after the win', async () => {
    const history = [
      captured('a', '2018-01-01'),
      won('a', '2018-01-09'),
      opened('a', '2018-01-12', eur(500)),
    ];
    expect(await value('openValue', history)).toEqual({});
  });

  it('is at the amount of the win, also when the opening says a later time', async () => {
    const history = [
      captured('a', '2018-01-01'),
      won('a', '2018-01-05', eur(7_000)),
      reopened('a', '2018-01-06'),
      opened('a', '2018-01-08', eur(500)),
    ];
    expect(await value('openValue', history)).toEqual({ opportunity: [{ amount: 7_000, currency: 'EUR' }] });
  });

  it('is kept apart by currency and added up over deals', async () => {
    const more = [
      opened('a', '2018-01-05', { opportunityId: 'second', amount: { amount: 100, currency: 'JPY' } }),
      opened('a', '2018-01-05', { opportunityId: 'constructor', ...eur(99) }),
      opened('a', '2018-01-05', { opportunityId: '__proto__' }),
    ];
    expect(await value('openValue', [...start, ...more])).toEqual({
      opportunity: [
        { amount: 130_000, currency: 'EUR' },
        { amount: 100, currency: 'JPY' },
      ],
    });
  });

  it('of a customer’s next deal is no customer’s', async () => {
    const history = [captured('a', '2018-01-01'), won('a', '2018-01-05')];
    const next = opened('a', '2018-02-01', { opportunityId: 'second', ...eur(1_000) });
    expect(await value('weightedValue', [...history, next])).toEqual({
      opportunity: [{ amount: 500, currency: 'EUR' }],
    });
  });

  it('leaves out, and lists, an amount that sums could not hold', async () => {
    const huge = eur(Number.MAX_SAFE_INTEGER);
    const history = [...start, captured('b', '2018-01-01'), opened('b', '2018-01-02', huge)];
    expect(await value('openValue', history)).toEqual(await value('openValue', start));
    expect((await ask(funnel, history)).quality.map(({ reason, kept }) => [reason, kept])).toEqual([
      ['amount-too-large', false],
      ['implausible-amount', true],
    ]);
  });

  it('stands where its lead stands in a workspace without that stage', async () => {
    const workspace = {
      ...defaultWorkspace,
      stages: [
        { name: 'stranger', probability: 0.1 },
        { name: 'friend', probability: 0.25 },
      ],
    };
    const context = testContext({ workspace });
    const history = [...start, staged('a', '2018-01-08', 'friend'), staged('a', '2018-01-09', 'opportunity')];
    expect(await value('weightedValue', history, context)).toEqual({
      friend: [{ amount: 32_475, currency: 'EUR' }],
    });
    expect(await column('count', history, {}, context)).toEqual({ stranger: 1, friend: 1 });
  });
});
