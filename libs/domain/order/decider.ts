import type { DataOf, Happening } from '../catalog.ts';
import type { Decider } from '../decider.ts';
import { defined } from '../defined.ts';
import { NotFound, RuleViolation } from '../errors.ts';

type Placed = DataOf<'OrderPlaced'>;

export interface OrderState {
  readonly status: 'none' | 'placed' | 'cancelled';
  readonly leadId: string | null;
  /** What a cancellation tells again; null of one that was imported without an order. */
  readonly order: Pick<Placed, 'total' | 'country'> | null;
}

export type OrderCommand =
  | ({ readonly kind: 'place' } & Pick<Placed, 'orderId' | 'leadId' | 'total' | 'country' | 'lines'>)
  | { readonly kind: 'cancel'; readonly orderId: string; readonly reason?: string };

type Of<Kind extends OrderCommand['kind']> = Extract<OrderCommand, { kind: Kind }>;

const initialState: OrderState = { status: 'none', leadId: null, order: null };

const evolve = (state: OrderState, event: Happening): OrderState => {
  switch (event.type) {
    case 'OrderPlaced': {
      const { leadId, total, country } = event.data;
      return { status: 'placed', leadId, order: defined({ total, country }) };
    }
    case 'OrderCancelled':
      return { ...state, status: 'cancelled', leadId: event.data.leadId };
    default:
      return state;
  }
};

const place = (
  { orderId, leadId, total, country, lines }: Of<'place'>,
  { status }: OrderState,
): readonly Happening[] => {
  if (total.amount < 0) throw new RuleViolation('negative-amount', 'an amount must not be below 0');
  if (status !== 'none')
    throw new RuleViolation('order-exists', `there is an order ${orderId} already`, { orderId, status });
  return [{ type: 'OrderPlaced', data: defined({ orderId, leadId, country, lines, total }) }];
};

const cancel = (
  { orderId, reason }: Of<'cancel'>,
  { status, leadId, order }: OrderState,
): readonly Happening[] => {
  if (leadId === null) throw new NotFound('order', orderId);
  if (status === 'cancelled')
    throw new RuleViolation('order-cancelled', 'the order is cancelled already', { orderId });
  const personal = reason === undefined ? undefined : { reason };
  // What is known of the order comes along, so that the one event tells a subscriber what was cancelled.
  return [{ type: 'OrderCancelled', data: defined({ orderId, leadId, ...order, personal }) }];
};

/**
 * The rules of an order: placed once, cancelled once. The amounts of its lines need not add up to its total, because shipping, tax
 * and vouchers stand in no line.
 */
export const orderDecider: Decider<OrderState, OrderCommand, Happening> = {
  initialState,
  evolve,
  decide: (command, state) => (command.kind === 'place' ? place(command, state) : cancel(command, state)),
};
