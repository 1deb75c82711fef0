import { describe, expect, it } from '@jest/globals';
import { recorded, specify, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import type { Json } from '../../libs/domain/event.ts';
import { ask } from '../testing.ts';
import { churnReminder } from './churn-reminder.ts';
import { churn } from './churn.metric.ts';
import { customers } from './customers.projection.ts';

const bought = (occurredAt: string): ShortEvent => ({
  type: 'OrderPlaced',
  occurredAt,
  data: { orderId: occurredAt.replaceAll(/\W/g, ''), leadId: 'a', total: { amount: 5, currency: 'EUR' } },
});
const announced = (lastOrderOn: string, occurredAt: string): ShortEvent => ({
  type: 'CustomerChurned',
  occurredAt,
  data: { leadId: 'a', lastOrderOn, inactiveDays: 90 },
});

const wonBack = (lastOrderOn: string, orderedOn: string): ShortEvent => ({
  type: 'CustomerWonBack',
  occurredAt: orderedOn,
  data: { leadId: 'a', lastOrderOn, orderedOn, inactiveDays: 90 },
});

const stateOf = (events: readonly ShortEvent[], context = testContext()): Json =>
  events.reduce(
    (state, event, index) => customers.evolve(state, recorded(event, index + 1), context),
    customers.initialState(),
  );
const dueOf = (events: readonly ShortEvent[], context = testContext()): string | null => {
  const due = customers.due(stateOf(events, context), context);
  return due === null ? null : new Date(due).toISOString();
};

describe('a customer falls due', () => {
  it('when the local day begins that he is churned from on', () => {
    expect(dueOf([bought('2018-01-01T12:00')])).toBe('2018-04-02T00:00:00.000Z');
    const berlin = testContext({ zone: 'Europe/Berlin' });
    expect(dueOf([bought('2018-01-01T23:30Z')], berlin)).toBe('2018-04-02T22:00:00.000Z');
    const workspace = { ...defaultWorkspace, churn: { inactiveDays: 7, kept: [7, 90] } };
    expect(dueOf([bought('2018-01-01')], testContext({ workspace }))).toBe('2018-01-09T00:00:00.000Z');
  });

  it('later by a later purchase, in whatever order they become known', () => {
    const both = [bought('2018-02-01'), bought('2018-01-01')];
    expect(dueOf(both)).toBe('2018-05-03T00:00:00.000Z');
    expect(dueOf(both.toReversed())).toBe('2018-05-03T00:00:00.000Z');
  });

  it('not again once it was announced, until he bought again', () => {
    const once = [bought('2018-01-01T12:00'), announced('2018-01-01', '2018-04-02')];
    expect(dueOf(once)).toBeNull();
    expect(dueOf([...once, bought('2018-01-01T18:00')])).toBeNull();
    expect(dueOf([...once, bought('2018-06-01'), wonBack('2018-01-01', '2018-06-01')])).toBe(
      '2018-08-31T00:00:00.000Z',
    );
    expect(dueOf([...once, bought('2018-02-01')])).toBe('2018-05-03T00:00:00.000Z');
  });

  it('at once when he bought after his churn was announced, and once only', () => {
    const back = [bought('2018-01-01'), announced('2018-01-01', '2018-04-02'), bought('2018-06-01T10:00')];
    expect(dueOf(back)).toBe('2018-06-01T10:00:00.000Z');
    expect(dueOf([...back, bought('2018-07-01')])).toBe('2018-06-01T10:00:00.000Z');
    expect(dueOf([...back, wonBack('2018-01-01', '2018-06-01')])).toBe('2018-08-31T00:00:00.000Z');
  });

  it('as won back again, each time that he churned and it was announced', () => {
    const twice = [
      bought('2018-01-01'),
      announced('2018-01-01', '2018-04-02'),
      bought('2018-06-01'),
      wonBack('2018-01-01', '2018-06-01'),
      announced('2018-06-01', '2018-08-31'),
      bought('2019-01-01'),
    ];
    expect(dueOf(twice)).toBe('2019-01-01T00:00:00.000Z');
  });

  it('not as won back when a purchase that became known late shows that he was not away', () => {
    const history = [
      bought('2018-01-01'),
      announced('2018-01-01', '2018-04-02'),
      bought('2018-06-01'),
      bought('2018-03-20'),
    ];
    expect(dueOf(history)).toBe('2018-08-31T00:00:00.000Z');
  });

  it('not by an announcement about an earlier purchase that comes late', () => {
    const history = [
      bought('2018-06-01'),
      announced('2018-06-01', '2018-08-31'),
      announced('2018-01-01', '2018-04-02'),
    ];
    expect(dueOf(history)).toBeNull();
  });

  it('never without a purchase, nor after the end of time', () => {
    expect(dueOf([])).toBeNull();
    expect(dueOf([announced('2018-01-01', '2018-04-02')])).toBeNull();
    expect(dueOf([bought('9999-12-01')])).toBeNull();
  });

  it('as the read model keeps it', () => {
    specify(customers)
      .given(bought('2018-01-01'), announced('2017-01-01', '2017-04-02'), wonBack('2017-01-01', '2018-01-01'))
      .then(({ due }) => expect([...due]).toEqual([['a', Date.UTC(2018, 3, 2)]]));
  });
});

describe('what is told', () => {
  const context = testContext();
  const due = Date.UTC(2018, 3, 2);
  const tell = (events: readonly ShortEvent[], at = due): unknown =>
    churnReminder.fact({ id: 'a', state: stateOf(events), due: at, quality: [] }, at, context);

  it('is who churned, when he bought last, and how long was waited', () => {
    expect(tell([bought('2018-01-01T12:00')])).toEqual({
      type: 'CustomerChurned',
      data: { leadId: 'a', lastOrderOn: '2018-01-01', inactiveDays: 90 },
    });
  });

  it('is who came back, by which purchase, and which was the one before', () => {
    const back = [
      bought('2018-01-01T12:00'),
      announced('2018-01-01', '2018-04-02'),
      bought('2018-06-01T10:00'),
    ];
    expect(tell(back, Date.UTC(2018, 5, 1, 10))).toEqual({
      type: 'CustomerWonBack',
      data: { leadId: 'a', lastOrderOn: '2018-01-01', orderedOn: '2018-06-01', inactiveDays: 90 },
    });
    expect(tell(back)).toBeNull();
  });

  it('is nothing when it is not due any more, was told, or there is no purchase', () => {
    expect(tell([bought('2018-01-01'), bought('2018-03-01')])).toBeNull();
    expect(tell([bought('2018-01-01'), announced('2018-01-01', '2018-04-02')])).toBeNull();
    expect(tell([bought('2018-01-01')], due + 1)).toBeNull();
    expect(tell([])).toBeNull();
  });

  it('changes no number', async () => {
    const history = [bought('2018-01-01'), bought('2018-07-01')];
    const told = [...history, announced('2018-01-01', '2018-04-02'), announced('2018-07-01', '2018-09-30')];
    told.push(wonBack('2018-01-01', '2018-07-01'));
    expect((await ask(churn, told)).rows).toEqual((await ask(churn, history)).rows);
  });
});
