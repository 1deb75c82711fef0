import type { EventOf } from '../../libs/domain/catalog.ts';
import type { Money } from '../lead/money.ts';
import { own } from '../lead/standing.ts';

/** What is known of an order; it may be cancelled before its placement becomes known. */
export interface Order {
  readonly placed?: Money & {
    /** Epoch ms. */
    readonly at: number;
  };
  readonly cancelled?: true;
}

export type Orders = Readonly<Record<string, Order>>;

/** An order that counts. */
export type LiveOrder = NonNullable<Order['placed']>;

/** The orders after an event about one; the same object when nothing changes. Of two placements of an order the earlier holds. */
export const follow = (
  orders: Orders | undefined,
  event: EventOf<'OrderPlaced'> | EventOf<'OrderCancelled'>,
): Orders | undefined => {
  const { orderId } = event.data;
  const known = own(orders, orderId);
  if (event.type === 'OrderCancelled')
    return known?.cancelled ? orders : { ...orders, [orderId]: { ...known, cancelled: true } };
  const at = event.occurredAt;
  if (known?.placed !== undefined && known.placed.at <= at) return orders;
  const { amount, currency } = event.data.total;
  return { ...orders, [orderId]: { ...known, placed: { at, amount, currency } } };
};

/** The orders that were placed and not cancelled, in order of time. */
export const live = (orders: Orders | undefined): readonly LiveOrder[] =>
  Object.values(orders ?? {})
    .flatMap(({ placed, cancelled }) => (placed !== undefined && !cancelled ? [placed] : []))
    .sort((a, b) => a.at - b.at);
