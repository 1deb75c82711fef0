import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { by, commandsOver, noon, openLog, type OpenLog } from '../../test/property/handling-fixture.ts';
import type { Commands, PlaceOrder } from './port.ts';

describe('an order', () => {
  let log: OpenLog;
  let commands: Commands;
  const total = { amount: 500, currency: 'EUR' };

  beforeEach(async () => {
    log = openLog();
    commands = commandsOver(log.events);
    await commands.captureLead({ id: 'l1' }, by('captureLead'));
  });
  afterEach(() => log.close());

  const place = (command: Partial<PlaceOrder>, key?: string) =>
    commands.placeOrder({ leadId: 'l1', total, ...command }, by('placeOrder', key));

  it('is placed and cancelled in a stream of its own, each told with its lead', async () => {
    const lines = [{ sku: 'a', quantity: 2, amount: 400 }];
    const placed = await place({ lines, country: 'DE', occurredAt: noon - 5 });
    expect(placed).toMatchObject({ revision: 0, created: true });
    const gone = await commands.cancelOrder({ id: placed.id, reason: 'x' }, by('cancelOrder'));
    expect(gone).toMatchObject({ id: placed.id, revision: 1, created: false });
    const events = await log.of(`order-${placed.id}`);
    const data = { orderId: placed.id, leadId: 'l1', country: 'DE', total };
    expect(events).toMatchObject([
      { type: 'OrderPlaced', occurredAt: noon - 5, data: { ...data, lines }, metadata: { leadId: 'l1' } },
      { type: 'OrderCancelled', occurredAt: noon, data: { ...data, personal: { reason: 'x' } } },
    ]);
  });

  it('needs a lead that was captured; touches alone make none', async () => {
    const touch = { id: 't1', type: 'PageViewed', leadId: 'l2' };
    await commands.recordTouchpoints([touch], by('recordTouchpoints'));
    const head = await log.events.head();
    for (const leadId of ['l2', 'l9'])
      await expect(place({ leadId })).rejects.toMatchObject({ name: 'NotFound', kind: 'lead', id: leadId });
    expect(await log.events.head()).toBe(head);
  });

  it('of which two are placed at once under one id is placed once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => place({ id: 'o1' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ rule: 'order-exists' });
    expect(await log.of('order-o1')).toHaveLength(1);
  });

  it.each<[Partial<PlaceOrder>, object]>([
    [{ id: 'no id!' }, { rule: 'invalid-data' }],
    [{ leadId: 'no id!' }, { rule: 'invalid-data' }],
    [{ total: { amount: -1, currency: 'EUR' } }, { rule: 'negative-amount' }],
    [{ total: { amount: 0.1, currency: 'EUR' } }, { rule: 'invalid-data' }],
    [{ total: { amount: 1, currency: 'euro' } }, { rule: 'invalid-data' }],
    [{ country: '' }, { rule: 'invalid-data' }],
    [{ lines: [{ sku: 'a', quantity: 0, amount: 1 }] }, { rule: 'invalid-data' }],
    [{ lines: [{ sku: 'a', quantity: 1, amount: -1 }] }, { rule: 'invalid-data' }],
    [{ occurredAt: noon * 2 }, { rule: 'occurred-in-the-future' }],
  ])('is not placed by %j', async (command, refusal) => {
    const head = await log.events.head();
    await expect(place(command, 'k')).rejects.toMatchObject(refusal);
    expect(await log.events.head()).toBe(head);
  });

  it('that does not exist is not found', async () => {
    for (const id of ['o9', 'no id!'])
      await expect(commands.cancelOrder({ id }, by('cancelOrder'))).rejects.toMatchObject({
        name: 'NotFound',
        kind: 'order',
      });
  });

  it('is cancelled once', async () => {
    await place({ id: 'o1' });
    await commands.cancelOrder({ id: 'o1' }, by('cancelOrder', 'c'));
    await expect(commands.cancelOrder({ id: 'o1' }, by('cancelOrder', 'd'))).rejects.toMatchObject({
      rule: 'order-cancelled',
    });
  });
});
