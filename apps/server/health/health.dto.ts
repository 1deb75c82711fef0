import { ApiProperty } from '@nestjs/swagger';

/** Answer of `GET /health/live`. */
export class LiveDocument {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  declare readonly status: 'ok';
}

/** Answer of `GET /health/ready`. */
export class HealthDocument {
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  declare readonly status: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      eventStore: { status: 'up', head: 81240 },
      readStore: { status: 'up', generations: 2 },
      readModels: { status: 'up', lag: { 'lead-funnel': 0 } },
      relay: { status: 'up', kafka: { state: 'following', lag: 0 } },
    },
  })
  declare readonly details: Record<string, unknown>;
}
