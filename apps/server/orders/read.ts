import type { CancelOrder, OrderLine, PlaceOrder } from '../../../libs/handling/port.ts';
import { given, occurred } from '../http/occurred.ts';
import type { CancelOrderBody, OrderLineBody, PlaceOrderBody } from './order.dto.ts';

const lineOf = ({ sku, name, quantity, amount }: OrderLineBody): OrderLine => ({
  sku,
  ...given({ name }),
  quantity,
  amount,
});

/** Both throw BadRequest for a time more than a day ahead. */
export const readPlace = (body: PlaceOrderBody, now: number): PlaceOrder => {
  const { id, leadId, country } = body;
  const { amount, currency } = body.total;
  return {
    leadId,
    total: { amount, currency },
    ...given({ id, country, lines: body.lines?.map(lineOf) }),
    ...occurred(body.occurredAt, now),
  };
};

export const readCancel = (id: string, body: CancelOrderBody, now: number): CancelOrder => ({
  id,
  ...given({ reason: body.reason }),
  ...occurred(body.occurredAt, now),
});
