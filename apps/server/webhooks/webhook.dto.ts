import { ApiProperty } from '@nestjs/swagger';
import { lifecycleTypes } from '../../../libs/lifecycle/index.ts';
import { CommandAnswer } from '../http/answers.ts';
import { ChoiceField, IdField, NamesField, TextField } from '../http/fields.ts';

const known = lifecycleTypes.map(({ type }) => type);
const types = {
  description: 'Types of lifecycle event that are delivered',
  names: known,
  example: ['leadfold.lead.captured', 'leadfold.opportunity.won'],
};
const url = {
  maxLength: 2_000,
  description:
    'Where deliveries are posted to: https, on the public internet, without user and password; redirects are not followed',
  example: 'https://hooks.example.org/leadfold',
};

/** Body of `POST /v1/webhooks`. */
export class RegisterWebhookBody {
  @IdField({ description: "The caller's own id, or one is made", example: 'crm' })
  id?: string;

  @TextField({ ...url, required: true })
  url!: string;

  @NamesField({ ...types, required: true })
  types!: string[];
}

/** Body of `PATCH /v1/webhooks/{id}`: the fields that change. */
export class ChangeWebhookBody {
  @TextField(url)
  url?: string;

  @NamesField(types)
  types?: string[];

  @ChoiceField({
    values: ['active', 'disabled'],
    description: 'A webhook that is active again goes on where it stood: what it missed is delivered',
    example: 'active',
  })
  status?: 'active' | 'disabled';
}

/** Answer of the commands that make a secret. */
export class SecretAnswer extends CommandAnswer {
  @ApiProperty({
    description: 'Signs the deliveries (Standard Webhooks); it is told this once',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  })
  declare readonly secret: string;
}

/** A webhook as it is now. */
export class WebhookDocument {
  @ApiProperty({ example: 'crm' })
  declare readonly id: string;

  @ApiProperty({ example: 'https://hooks.example.org/leadfold' })
  declare readonly url: string;

  @ApiProperty({ type: String, isArray: true, example: types.example })
  declare readonly types: readonly string[];

  @ApiProperty({ enum: ['active', 'disabled'], example: 'active' })
  declare readonly status: string;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['asked', 'failing', 'gone', null],
    description: '`failing`: every attempt failed for three days; `gone`: it answered 410',
    example: null,
  })
  declare readonly disabledReason: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  declare readonly failingSince: string | null;

  @ApiProperty({ format: 'date-time', example: '2018-03-01T08:30:00.000Z' })
  declare readonly createdAt: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When the status changed last',
    example: '2018-03-01T08:30:00.000Z',
  })
  declare readonly statusSince: string;
}

/** Answer of `GET /v1/webhooks`. */
export class WebhookList {
  @ApiProperty({ type: WebhookDocument, isArray: true, description: 'In the order of registration' })
  declare readonly data: readonly WebhookDocument[];

  @ApiProperty({ type: String, nullable: true, description: 'Always null: all are there', example: null })
  declare readonly nextCursor: string | null;
}
