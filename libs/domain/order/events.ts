import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly, Id, Label, largestAmount, Money, Text } from '../schema.ts';

/** What was bought, one article a line; amounts are in the currency of the order's total. */
export const OrderLine = exactly({
  sku: Label,
  name: Type.Optional(Type.String({ maxLength: 500 })),
  quantity: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  amount: Type.Integer({
    minimum: 0,
    maximum: largestAmount,
    description: 'Of the line, in minor units',
  }),
});

const order = {
  orderId: Id,
  leadId: Id,
  country: Type.Optional(Label),
  lines: Type.Optional(Type.Array(OrderLine, { maxItems: 5_000 })),
};

export const OrderPlaced = defineEvent({
  type: 'OrderPlaced',
  version: 1,
  description: 'A lead bought something.',
  schema: exactly({ ...order, total: Money }),
});

export const OrderCancelled = defineEvent({
  type: 'OrderCancelled',
  version: 1,
  description:
    'An order was cancelled. Imported cancellations that do not say which order they cancel have an id and lines of their own.',
  schema: exactly({
    ...order,
    total: Type.Optional(Money),
    personal: Type.Optional(exactly({ reason: Type.Optional(Text) })),
  }),
});
