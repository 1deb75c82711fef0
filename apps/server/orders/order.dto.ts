import {
  IdField,
  InstantField,
  IntegerField,
  LabelField,
  ListField,
  ObjectField,
  TextField,
} from '../http/fields.ts';
import { MoneyBody } from '../opportunities/opportunity.dto.ts';

const occurredAt = {
  description: 'When it happened; now where left out',
  example: '2018-03-08T14:00:00+01:00',
};

/** One article of an order. */
export class OrderLineBody {
  @LabelField({ required: true, description: 'Of the article', example: '85048' })
  sku!: string;

  @TextField({ maxLength: 500, description: 'What the article is called', example: 'Glass ball' })
  name?: string;

  @IntegerField({
    required: true,
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'How many',
    example: 12,
  })
  quantity!: number;

  @IntegerField({
    required: true,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: "Of the whole line, in minor units of the total's currency",
    example: 8_340,
  })
  amount!: number;
}

/** Body of `POST /v1/orders`. */
export class PlaceOrderBody {
  @IdField({ description: "The caller's own id, or one is made", example: 'order-489434' })
  id?: string;

  @IdField({ required: true, description: 'Who bought', example: 'lead-4711' })
  leadId!: string;

  @ObjectField(() => MoneyBody, {
    required: true,
    description: 'What was paid in all; lines need not add up to it, because shipping and tax stand in none',
  })
  total!: MoneyBody;

  @LabelField({ description: 'Where it went', example: 'GB' })
  country?: string;

  @ListField(() => OrderLineBody, { maximum: 5_000, description: 'What was bought, an article a line' })
  lines?: OrderLineBody[];

  @InstantField(occurredAt)
  occurredAt?: string;
}

/** Body of `POST /v1/orders/{id}/cancel`. */
export class CancelOrderBody {
  @TextField({ maxLength: 10_000, description: 'Why; kept as personal data', example: 'Arrived broken' })
  reason?: string;

  @InstantField(occurredAt)
  occurredAt?: string;
}
