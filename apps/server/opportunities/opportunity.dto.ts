import { largestAmount } from '../../../libs/domain/schema.ts';
import {
  CurrencyField,
  IdField,
  InstantField,
  IntegerField,
  LabelField,
  ObjectField,
  ProbabilityField,
  TextField,
} from '../http/fields.ts';

/** Money. */
export class MoneyBody {
  @IntegerField({
    required: true,
    minimum: 0,
    maximum: largestAmount,
    description: 'Minor units',
    example: 129_900,
  })
  amount!: number;

  @CurrencyField({ required: true, description: 'ISO 4217', example: 'EUR' })
  currency!: string;
}

const occurredAt = {
  description: 'When it happened; now where left out',
  example: '2018-03-08T14:00:00+01:00',
};

/** Body of `POST /v1/opportunities`. */
export class OpenOpportunityBody {
  @IdField({ description: "The caller's own id, or one is made", example: 'deal-17' })
  id?: string;

  @IdField({ required: true, description: 'The lead that it is about', example: 'lead-4711' })
  leadId!: string;

  @ObjectField(() => MoneyBody, { description: 'What it is worth' })
  amount?: MoneyBody;

  @TextField({
    maxLength: 10_000,
    description: 'Name; kept as personal data',
    example: 'Engine for Lovelace',
  })
  name?: string;

  @LabelField({ description: 'Who works on it', example: 'rep-3' })
  owner?: string;

  @InstantField(occurredAt)
  occurredAt?: string;
}

/** Body of `POST /v1/opportunities/{id}/stage`. */
export class MoveOpportunityBody {
  @LabelField({ required: true, description: "A stage of sales' own pipeline", example: 'negotiation' })
  stage!: string;

  @ProbabilityField({ description: 'Of winning it', example: 0.6 })
  probability?: number;

  @InstantField(occurredAt)
  occurredAt?: string;
}

/** Body of `POST /v1/opportunities/{id}/win`. */
export class WinOpportunityBody {
  @ObjectField(() => MoneyBody, { description: 'What it was won for' })
  amount?: MoneyBody;

  @InstantField(occurredAt)
  occurredAt?: string;
}

/** Body of `POST /v1/opportunities/{id}/lose` and `/reopen`. */
export class CloseOpportunityBody {
  @TextField({ maxLength: 10_000, description: 'Why; kept as personal data', example: 'Budget was cut' })
  reason?: string;

  @InstantField(occurredAt)
  occurredAt?: string;
}
