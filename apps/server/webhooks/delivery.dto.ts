import { ApiProperty } from '@nestjs/swagger';

/** One try to deliver. */
export class AttemptDocument {
  @ApiProperty({ format: 'date-time', example: '2018-03-01T08:30:00.412Z' })
  declare readonly at: string;

  @ApiProperty({ type: 'integer', description: 'How long it took', example: 87 })
  declare readonly ms: number;

  @ApiProperty({ type: 'integer', nullable: true, description: "The answer's status", example: 204 })
  declare readonly status: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why it failed: `status`, `timeout`, `connection`, `dns`, `tls`, `target-refused`, `event-missing`; null when it succeeded',
    example: null,
  })
  declare readonly error: string | null;

  @ApiProperty({ description: 'Whether somebody asked for it', example: false })
  declare readonly byHand: boolean;
}

/** A delivery, and every attempt at it. */
export class DeliveryDocument {
  @ApiProperty({
    description: "The CloudEvent's id, and the header webhook-id",
    example: '0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2',
  })
  declare readonly id: string;

  @ApiProperty({ example: 'leadfold.lead.captured' })
  declare readonly type: string;

  @ApiProperty({ example: 'lead-4711' })
  declare readonly leadId: string;

  @ApiProperty({ type: 'integer', description: "Of the log's event", example: 81234 })
  declare readonly position: number;

  @ApiProperty({
    enum: ['pending', 'delivered', 'failed'],
    description: '`failed`: given up after three days',
    example: 'delivered',
  })
  declare readonly status: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When it is tried next, if nothing of its lead comes before it',
    example: null,
  })
  declare readonly dueAt: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2018-03-01T08:30:00.499Z' })
  declare readonly doneAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When another attempt was asked for that was not made yet',
    example: null,
  })
  declare readonly askedAt: string | null;

  @ApiProperty({
    type: AttemptDocument,
    isArray: true,
    description: 'The latest hundred, the first one first',
  })
  declare readonly attempts: readonly AttemptDocument[];
}

/** Answer of `GET /v1/webhooks/{id}/deliveries`. */
export class DeliveryList {
  @ApiProperty({ type: DeliveryDocument, isArray: true, description: 'The latest first' })
  declare readonly data: readonly DeliveryDocument[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of the next page; null at the end',
    example: '81234.0',
  })
  declare readonly nextCursor: string | null;
}
