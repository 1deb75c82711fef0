import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { isObjects } from '../http/fields.ts';

const message = 'must be a list of 1 to 1000 touchpoints, each an object';

/** Body of `POST /v1/touchpoints`. */
export class TouchpointsBody {
  @ApiProperty({
    type: 'array',
    items: { $ref: '#/components/schemas/Touchpoint' },
    minItems: 1,
    maxItems: 1_000,
    description: 'Facts that have happened; each type has its own fields',
    example: [
      {
        id: 'visit-9c1',
        type: 'PageViewed',
        leadId: 'lead-4711',
        occurredAt: '2018-03-01T09:31:00+01:00',
        url: 'https://example.org/pricing',
        channel: 'web',
      },
      { id: 'open-77', type: 'EmailOpened', leadId: 'lead-4711', messageId: 'm-12', campaign: 'spring-2018' },
    ],
  })
  @ValidateBy({
    name: 'touchpoints',
    validator: {
      validate: value => isObjects(value) && value.length >= 1 && value.length <= 1_000,
      defaultMessage: () => message,
    },
  })
  touchpoints!: Record<string, unknown>[];
}

/** What became of one of them. */
export class TouchpointOutcome {
  @ApiProperty({ description: "The caller's id", example: 'visit-9c1' })
  declare readonly id: string;

  @ApiProperty({ enum: ['appended', 'duplicate', 'refused'], example: 'appended' })
  declare readonly outcome: 'appended' | 'duplicate' | 'refused';

  @ApiProperty({
    type: 'integer',
    required: false,
    description: "In the lead's stream; not when refused",
    example: 4,
  })
  declare readonly revision?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'In the log; not when refused',
    example: 81240,
  })
  declare readonly position?: number;

  @ApiProperty({ required: false, description: 'Why it was refused', example: 'unknown type of touchpoint' })
  declare readonly reason?: string;
}

/** Answer of `POST /v1/touchpoints`, in the order of the body. */
export class TouchpointsAnswer {
  @ApiProperty({ type: TouchpointOutcome, isArray: true })
  declare readonly results: readonly TouchpointOutcome[];
}
