import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Happening } from '../catalog.ts';
import { NotFound, RuleViolation } from '../errors.ts';
import { specify } from '../testing.ts';
import { checkEventData } from '../validate.ts';
import { orderDecider, type OrderCommand } from './decider.ts';

const order = specify(orderDecider);
const ids = { orderId: 'a1', leadId: 'l1' };
const pounds = (amount: number) => ({ amount, currency: 'GBP' });
const lines = [{ sku: '85048', name: 'Glass ball', quantity: 12, amount: 8_340 }];

const placed: Happening = { type: 'OrderPlaced', data: { ...ids, total: pounds(9_000), country: 'France' } };
const cancelled: Happening = { type: 'OrderCancelled', data: ids };

describe('placing an order', () => {
  const place = { kind: 'place', ...ids, total: pounds(9_000) } as const;

  it('tells what was bought', () => {
    order
      .given([])
      .when({ ...place, country: 'France', lines })
      .then([{ type: 'OrderPlaced', data: { ...ids, total: pounds(9_000), country: 'France', lines } }]);
    order
      .given([])
      .when(place)
      .then([{ type: 'OrderPlaced', data: { ...ids, total: pounds(9_000) } }]);
  });

  it('takes lines that do not add up to the total, and a total of 0', () => {
    order
      .given([])
      .when({ ...place, total: pounds(0), lines })
      .then([{ type: 'OrderPlaced', data: { ...ids, total: pounds(0), lines } }]);
  });

  it('is refused below 0', () =>
    order
      .given([])
      .when({ ...place, total: pounds(-1) })
      .thenRefused('negative-amount'));

  it('is refused for an id that is taken, by an imported cancellation too', () => {
    order.given([placed]).when(place).thenRefused('order-exists', { orderId: 'a1', status: 'placed' });
    order.given([cancelled]).when(place).thenRefused('order-exists', { orderId: 'a1', status: 'cancelled' });
    order.given([placed, cancelled]).when(place).thenRefused('order-exists');
  });
});

describe('cancelling an order', () => {
  const cancel = { kind: 'cancel', orderId: 'a1' } as const;

  it('tells whose it was and what it was worth, and why with the personal data', () => {
    order
      .given([placed])
      .when({ ...cancel, reason: 'Ann moved' })
      .then([
        {
          type: 'OrderCancelled',
          data: { ...ids, total: pounds(9_000), country: 'France', personal: { reason: 'Ann moved' } },
        },
      ]);
    order
      .given([{ type: 'OrderPlaced', data: { ...ids, total: pounds(5) } }])
      .when(cancel)
      .then([{ type: 'OrderCancelled', data: { ...ids, total: pounds(5) } }]);
  });

  it('is refused a second time, and of a cancellation that was imported', () => {
    order.given([placed, cancelled]).when(cancel).thenRefused('order-cancelled', { orderId: 'a1' });
    order.given([cancelled]).when(cancel).thenRefused('order-cancelled');
  });

  it('asks for an order that there is', () => order.given([]).when(cancel).thenThrows('NotFound'));
});

describe('any run of commands', () => {
  const command = fc.oneof<fc.Arbitrary<OrderCommand>[]>(
    fc.record({
      kind: fc.constant('place' as const),
      orderId: fc.constant('a1'),
      leadId: fc.constantFrom('l1', 'l2'),
      total: fc.integer({ min: -1, max: 3 }).map(pounds),
    }),
    fc.record(
      { kind: fc.constant('cancel' as const), orderId: fc.constant('a1'), reason: fc.string() },
      { requiredKeys: ['kind', 'orderId'] },
    ),
  );

  it('places at most once, cancels at most once and later, and its events keep their schemas', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 8 }), commands => {
        const past: Happening[] = [];
        for (const one of commands) {
          try {
            const state = past.reduce(orderDecider.evolve, orderDecider.initialState);
            past.push(...orderDecider.decide(one, state));
          } catch (error) {
            expect(error instanceof RuleViolation || error instanceof NotFound).toBe(true);
          }
        }
        expect(['', 'OrderPlaced', 'OrderPlaced OrderCancelled']).toContain(
          past.map(({ type }) => type).join(' '),
        );
        expect(new Set(past.map(({ data }) => (data as { leadId: string }).leadId)).size).toBeLessThan(2);
        for (const { type, data } of past) expect(checkEventData(type, data)).toEqual([]);
      }),
    );
  });
});
