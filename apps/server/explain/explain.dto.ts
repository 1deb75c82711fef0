import { ApiProperty } from '@nestjs/swagger';
import { EventDocument } from '../events/event.dto.ts';

/** What one entity adds to the cells that were asked for. */
export class ExplainedEntity {
  @ApiProperty({ example: 'lead-4711' })
  declare readonly id: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { leads: 1 } })
  declare readonly adds: Record<string, number>;
}

/** Answer of `GET /v1/explain/{projection}`: the entities behind the cells. */
export class ExplainPage {
  @ApiProperty({ example: 'lead-funnel' })
  declare readonly projection: string;

  @ApiProperty({ type: 'integer', description: 'Of the log, that it was computed at', example: 81234 })
  declare readonly position: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Sum over the entities of all pages: what the cells hold',
    example: { leads: 1350 },
  })
  declare readonly total: Record<string, number>;

  @ApiProperty({ type: ExplainedEntity, isArray: true, description: 'By id' })
  declare readonly data: readonly ExplainedEntity[];

  @ApiProperty({ type: String, nullable: true, example: 'bGVhZC00NzEx' })
  declare readonly nextCursor: string | null;
}

/** What an entity adds to one cell. */
export class ContributionDocument {
  @ApiProperty({
    type: 'object',
    additionalProperties: { nullable: true, oneOf: [{ type: 'string' }, { type: 'integer' }] },
    example: { origin: 'social' },
  })
  declare readonly cell: Record<string, string | number | null>;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { leads: 1 } })
  declare readonly add: Record<string, number>;
}

/** Answer of `GET /v1/explain/{projection}?entity=`: why an entity counts as it does. */
export class EntityDocument {
  @ApiProperty({ example: 'lead-funnel' })
  declare readonly projection: string;

  @ApiProperty({ type: 'integer', example: 81234 })
  declare readonly position: number;

  @ApiProperty({ example: 'lead-4711' })
  declare readonly id: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the events were folded into',
    example: { origin: 'social' },
  })
  declare readonly state: Record<string, unknown>;

  @ApiProperty({ type: ContributionDocument, isArray: true })
  declare readonly contributions: readonly ContributionDocument[];

  @ApiProperty({ type: String, isArray: true, description: 'What is doubtful about it', example: [] })
  declare readonly quality: readonly string[];

  @ApiProperty({ type: EventDocument, isArray: true })
  declare readonly events: readonly EventDocument[];
}
