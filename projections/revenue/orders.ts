import type { EventOf } from '../../libs/domain/catalog.ts';
import type { Money } from '../lead/money.ts';

/** An order that was placed. */
export interface Order extends Money {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly cancelled?: true;
}

/** Lists, because they are copied at each event of a customer, and copying a list of thousands costs next to nothing. */
export interface Orders {
  /** In order of time. */
  readonly placed: readonly Order[];
  /** Ids that were cancelled, but are not known as placed (yet). */
  readonly cancelled?: readonly string[];
}

const none: Orders = { placed: [] };

/** The orders after an event about one; the same object when nothing changes. Of two placements of an order the earlier holds. */
export const follow = (
  orders: Orders = none,
  event: EventOf<'OrderPlaced'> | EventOf<'OrderCancelled'>,
): Orders => (event.type === 'OrderPlaced' ? place(orders, event) : cancel(orders, event.data.orderId));

/** The orders that count. */
export const live = ({ placed }: Orders): readonly Order[] => placed.filter(({ cancelled }) => !cancelled);

const place = (orders: Orders, { occurredAt: at, data }: EventOf<'OrderPlaced'>): Orders => {
  const { orderId: id, total } = data;
  const known = orders.placed.find(order => order.id === id);
  if (known !== undefined && known.at <= at) return orders;
  const isCancelled = known?.cancelled ?? orders.cancelled?.includes(id);
  const order: Order = {
    id,
    at,
    amount: total.amount,
    currency: total.currency,
    ...(isCancelled && { cancelled: true }),
  };
  const others = known === undefined ? orders.placed : orders.placed.filter(one => one !== known);
  const after = others.findLastIndex(one => one.at <= at) + 1;
  return { ...orders, placed: others.toSpliced(after, 0, order) };
};

const cancel = (orders: Orders, id: string): Orders => {
  const index = orders.placed.findIndex(order => order.id === id);
  const order = orders.placed[index];
  if (order?.cancelled || orders.cancelled?.includes(id)) return orders;
  if (order === undefined) return { ...orders, cancelled: [...(orders.cancelled ?? []), id] };
  return { ...orders, placed: orders.placed.with(index, { ...order, cancelled: true }) };
};
