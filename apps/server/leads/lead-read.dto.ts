import { ApiProperty } from '@nestjs/swagger';
import { EventDocument } from '../events/event.dto.ts';

/** A score, and the band that is in force. */
export class ScoreDocument {
  @ApiProperty({
    description: 'Now, or at the instant asked for: fit + engagement, at most 100',
    example: 41.25,
  })
  declare readonly score: number;

  @ApiProperty({ description: 'Points for who the lead is; they stay', example: 15 })
  declare readonly fit: number;

  @ApiProperty({ description: 'Points for what the lead does; they decay', example: 26.25 })
  declare readonly engagement: number;

  @ApiProperty({ description: 'In force now, or then', example: 'warm' })
  declare readonly band: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When decay takes it out of the band, if nothing happens; null: never',
    example: '2018-04-19T03:12:44.871Z',
  })
  declare readonly nextCrossingAt: string | null;
}

const text = (description: string, example: string): PropertyDecorator =>
  ApiProperty({ type: String, nullable: true, description, example });
const time = (description: string, example: string): PropertyDecorator =>
  ApiProperty({ type: String, nullable: true, format: 'date-time', description, example });

/** A lead in a list: nothing personal. */
export class LeadDocument extends ScoreDocument {
  @ApiProperty({ example: 'lead-4711' })
  declare readonly id: string;

  @ApiProperty({ description: 'Where it stands now', example: 'mql' })
  declare readonly stage: string;

  @text('Where it came from', 'organic_search')
  declare readonly origin: string | null;

  @text('The campaign that brought it', 'spring-2018')
  declare readonly campaign: string | null;

  @text('As stated last', 'GB')
  declare readonly country: string | null;

  @time('The earliest capture', '2018-03-01T08:30:00.000Z')
  declare readonly capturedAt: string | null;

  @time('The earliest capture or touchpoint', '2018-02-26T19:02:11.000Z')
  declare readonly firstTouchAt: string | null;

  @time('The latest capture or touchpoint', '2018-03-09T11:41:07.000Z')
  declare readonly lastTouchAt: string | null;
}

/** Answer of `GET /v1/leads`. */
export class LeadPage {
  @ApiProperty({ type: 'integer', description: 'Of the log, that it was computed at', example: 81234 })
  declare readonly position: number;

  @ApiProperty({ type: LeadDocument, isArray: true })
  declare readonly data: readonly LeadDocument[];

  @ApiProperty({ type: String, nullable: true, example: 'bGVhZC00NzEx' })
  declare readonly nextCursor: string | null;
}

/** What somebody agreed to last, per purpose and channel. */
export class ConsentDocument {
  @ApiProperty({ example: 'newsletter' })
  declare readonly purpose: string;

  @ApiProperty({ example: 'email' })
  declare readonly channel: string;

  @ApiProperty({ example: '2018-02' })
  declare readonly textVersion: string;

  @ApiProperty({ format: 'date-time', example: '2018-03-01T08:30:00.000Z' })
  declare readonly grantedAt: string;
}

/** Answer of `GET /v1/leads/{id}`. */
export class LeadDetailDocument extends LeadDocument {
  @ApiProperty({ type: 'integer', description: 'Of the log, that it was computed at', example: 81234 })
  declare readonly position: number;

  @text('As stated last', 'Analytical Engines Ltd')
  declare readonly company: string | null;

  @text('As stated last, without query', 'https://example.org/pricing')
  declare readonly landingPage: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The personal data, each field as stated last',
    example: { email: 'ada@example.org', name: 'Ada King', attributes: { budget: 'over 10k' } },
  })
  declare readonly personal: Record<string, unknown>;

  @ApiProperty({ type: ConsentDocument, isArray: true })
  declare readonly consents: readonly ConsentDocument[];
}

/** What one event adds by one rule. */
export class ScoreLineDocument {
  @ApiProperty({ example: 'form-submitted' })
  declare readonly rule: string;

  @ApiProperty({ enum: ['fit', 'engagement'], example: 'engagement' })
  declare readonly kind: 'fit' | 'engagement';

  @ApiProperty({
    description: 'Id of the event',
    format: 'uuid',
    example: '0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2',
  })
  declare readonly event: string;

  @ApiProperty({ description: 'Type of the event', example: 'FormSubmitted' })
  declare readonly type: string;

  @ApiProperty({ type: 'integer', description: 'Place of the event in the log', example: 81200 })
  declare readonly position: number;

  @ApiProperty({ format: 'date-time', example: '2018-03-01T08:30:00.000Z' })
  declare readonly occurredAt: string;

  @ApiProperty({ description: 'When it happened', example: 15 })
  declare readonly pointsThen: number;

  @ApiProperty({ description: 'What is left of them; caps come after', example: 13.7 })
  declare readonly pointsNow: number;
}

/** What one rule adds. */
export class RuleTotalDocument {
  @ApiProperty({ example: 'form-submitted' })
  declare readonly rule: string;

  @ApiProperty({ enum: ['fit', 'engagement'], example: 'engagement' })
  declare readonly kind: 'fit' | 'engagement';

  @ApiProperty({ type: String, nullable: true, description: 'Whose rules share a cap', example: 'web' })
  declare readonly group: string | null;

  @ApiProperty({ type: 'integer', description: 'Lines of the rule', example: 1 })
  declare readonly lines: number;

  @ApiProperty({ description: 'Sum of the lines', example: 13.7 })
  declare readonly points: number;

  @ApiProperty({ description: "The same after the rule's own cap", example: 13.7 })
  declare readonly counted: number;
}

/** Answer of `GET /v1/leads/{id}/score`. */
export class ScoreExplanation extends ScoreDocument {
  @ApiProperty({ example: 'lead-4711' })
  declare readonly id: string;

  @ApiProperty({ type: 'integer', description: 'Of the log, that it was computed at', example: 81234 })
  declare readonly position: number;

  @ApiProperty({
    format: 'date-time',
    description: 'The instant of the score',
    example: '2018-03-05T08:30:00.000Z',
  })
  declare readonly at: string;

  @ApiProperty({ description: 'Name and version of the score model', example: 'default@1' })
  declare readonly model: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'Most points that the rules of a group add together',
    example: { profile: 25, web: 60 },
  })
  declare readonly groupCaps: Record<string, number>;

  @ApiProperty({ type: RuleTotalDocument, isArray: true, description: 'In the order of the model' })
  declare readonly rules: readonly RuleTotalDocument[];

  @ApiProperty({ type: ScoreLineDocument, isArray: true, description: 'A page of lines, the latest first' })
  declare readonly data: readonly ScoreLineDocument[];

  @ApiProperty({ type: String, nullable: true, example: 'WzE1MTk4OTI0' })
  declare readonly nextCursor: string | null;
}

/** Answer of `GET /v1/leads/{id}/timeline`. */
export class TimelinePage {
  @ApiProperty({ type: EventDocument, isArray: true, description: 'The latest first' })
  declare readonly data: readonly EventDocument[];

  @ApiProperty({ type: String, nullable: true, example: 'WzE1MTk4OTI0' })
  declare readonly nextCursor: string | null;
}
