import { ApiProperty } from '@nestjs/swagger';

/** An event as the log holds it. */
export class EventDocument {
  @ApiProperty({ type: 'integer', description: 'Place in the log', example: 81234 })
  declare readonly position: number;

  @ApiProperty({ format: 'uuid', example: '0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2' })
  declare readonly id: string;

  @ApiProperty({ example: 'LeadCaptured' })
  declare readonly type: string;

  @ApiProperty({ type: 'integer', description: "Of the type's schema", example: 1 })
  declare readonly version: number;

  @ApiProperty({ example: 'lead-lead-4711' })
  declare readonly stream: string;

  @ApiProperty({ type: 'integer', description: 'Place in the stream', example: 0 })
  declare readonly revision: number;

  @ApiProperty({ format: 'date-time', description: 'When it happened', example: '2018-03-01T08:30:00.000Z' })
  declare readonly occurredAt: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When the log took it',
    example: '2018-03-01T08:30:00.412Z',
  })
  declare readonly recordedAt: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: '`personal` holds the personal data, and nothing else does',
    example: { leadId: 'lead-4711', origin: 'organic_search', personal: { email: 'ada@example.org' } },
  })
  declare readonly data: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { actor: 'api', correlationId: '0199c2a4-6f0e', leadId: 'lead-4711' },
  })
  declare readonly metadata: Record<string, unknown>;

  @ApiProperty({
    required: false,
    description: 'Why the log can no longer read the event; then `data` and `metadata` name the lead at most',
    example: 'its data is no JSON object',
  })
  declare readonly unreadable?: string;
}

/** Answer of `GET /v1/events`. */
export class EventPage {
  @ApiProperty({
    type: EventDocument,
    isArray: true,
    description: 'In log order; may be empty before the end',
  })
  declare readonly data: readonly EventDocument[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of the next page; null at the end',
    example: 'YWZ0ZXI6ODEyMzQ',
  })
  declare readonly nextCursor: string | null;
}
