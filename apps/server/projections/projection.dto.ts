import { ApiProperty } from '@nestjs/swagger';

/** Where one generation of a projection stands. */
export class ProjectionDocument {
  @ApiProperty({ example: 'lead-funnel' })
  declare readonly name: string;

  @ApiProperty({ type: 'integer', description: 'Of the definition', example: 1 })
  declare readonly version: number;

  @ApiProperty({ type: 'integer', description: 'Counts the rebuilds', example: 3 })
  declare readonly generation: number;

  @ApiProperty({ enum: ['building', 'held', 'live'], example: 'live' })
  declare readonly status: 'building' | 'held' | 'live';

  @ApiProperty({ type: 'integer', description: 'All events up to here are folded', example: 81234 })
  declare readonly position: number;

  @ApiProperty({ type: 'integer', description: "Position of the log's end", example: 81240 })
  declare readonly head: number;

  @ApiProperty({ type: 'integer', description: 'head − position', example: 6 })
  declare readonly lag: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Events per second lately; null when idle',
    example: 52000,
  })
  declare readonly rate: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Seconds until it has caught up', example: 0.1 })
  declare readonly etaSeconds: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Events set aside because they could not be folded',
    example: 0,
  })
  declare readonly parked: number;
}

/** Answer of `GET /v1/projections` and `/v1/projections/{name}`: several generations while one is rebuilt. */
export class ProjectionPage {
  @ApiProperty({ type: ProjectionDocument, isArray: true })
  declare readonly data: readonly ProjectionDocument[];

  @ApiProperty({ type: String, nullable: true, description: 'Always null: there is one page', example: null })
  declare readonly nextCursor: string | null;
}

/** Totals of one group. */
export class CellDocument {
  @ApiProperty({
    type: 'object',
    additionalProperties: { nullable: true, oneOf: [{ type: 'string' }, { type: 'integer' }] },
    description: 'A value per dimension asked for; null where the data has none',
    example: { origin: 'social' },
  })
  declare readonly by: Record<string, string | number | null>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'A total per measure',
    example: { leads: 1350 },
  })
  declare readonly sums: Record<string, number>;
}

/** Answer of `GET /v1/projections/{name}/cells`. */
export class CellsAnswer {
  @ApiProperty({ example: 'lead-funnel' })
  declare readonly projection: string;

  @ApiProperty({ type: 'integer', description: "Of the read model's definition", example: 1 })
  declare readonly version: number;

  @ApiProperty({ type: 'integer', description: 'Of the log, that it was computed at', example: 81234 })
  declare readonly position: number;

  @ApiProperty({ type: CellDocument, isArray: true })
  declare readonly data: readonly CellDocument[];

  @ApiProperty({ type: String, nullable: true, description: 'Always null: there is one page', example: null })
  declare readonly nextCursor: string | null;
}
