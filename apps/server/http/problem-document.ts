import { ApiProperty } from '@nestjs/swagger';

/** One member of a body, or one parameter, that doesn't fit. */
export class ProblemError {
  @ApiProperty({ description: 'Where; empty for the whole body', example: 'consents[0].purpose' })
  declare readonly path: string;

  @ApiProperty({ example: 'must be a text of 1 to 200 characters' })
  declare readonly message: string;
}

/** Problem details, RFC 9457. */
export class ProblemDocument {
  @ApiProperty({ description: 'Its last part is the name of the rule', example: '/problems/malformed' })
  declare readonly type: string;

  @ApiProperty({ example: 'Malformed request' })
  declare readonly title: string;

  @ApiProperty({ type: 'integer', example: 400 })
  declare readonly status: number;

  @ApiProperty({ example: 'consents[0].purpose must be a text of 1 to 200 characters' })
  declare readonly detail: string;

  @ApiProperty({
    description: 'The X-Request-Id of the answer',
    example: '0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2',
  })
  declare readonly requestId: string;

  @ApiProperty({ type: ProblemError, isArray: true, required: false, description: 'Of a malformed request' })
  declare readonly errors?: readonly ProblemError[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    required: false,
    description: 'Of a revision conflict: where the stream stands',
    example: 3,
  })
  declare readonly currentRevision?: number | null;
}
