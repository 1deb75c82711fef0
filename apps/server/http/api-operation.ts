import { applyDecorators } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
} from '@nestjs/swagger';
import { CommandAnswer } from './answers.ts';

/** Documents the problems that an operation answers with. */
export const ApiProblems = (problems: Readonly<Record<number, string>>): MethodDecorator =>
  applyDecorators(
    ...Object.entries(problems).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } } },
      }),
    ),
  );

/** What a command's operation is, in words. */
export interface CommandDocumentation {
  readonly summary: string;
  readonly description?: string;
  /** Whether it may make the thing: 201. */
  readonly creates?: true;
  /** What the `{id}` of the path is. */
  readonly id?: string;
  /** What 404 is for, where it isn't the path's id. */
  readonly missing?: string;
  /** What 422 is for. */
  readonly rules: string;
  /** What 409 is for. */
  readonly conflict?: string;
}

const exampleIds: Readonly<Record<string, string>> = {
  Lead: 'lead-4711',
  Order: 'order-489434',
  Webhook: 'crm',
};

/** Documents a command: its headers, answers and problems. */
export const ApiCommand = ({
  summary,
  description,
  creates,
  id,
  missing = id === undefined ? undefined : 'There is none of that id',
  rules,
  conflict,
}: CommandDocumentation): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'The same key with the same body is answered as the first time, to the same API key; 1 to 255 visible characters',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
      example: 'form-8f14e45f',
    }),
    ...(id === undefined
      ? []
      : [
          ApiParam({ name: 'id', description: id, example: exampleIds[id.split(' ')[0] ?? ''] ?? 'deal-17' }),
        ]),
    ApiOkResponse({ type: CommandAnswer, description: 'The events are durable' }),
    ...(creates === undefined
      ? []
      : [ApiCreatedResponse({ type: CommandAnswer, description: 'It was made; Location says where' })]),
    ...(missing === undefined ? [] : [ApiProblems({ 404: missing })]),
    ApiProblems({
      400: 'Malformed; `errors` names each member',
      409: conflict ?? 'Somebody else changed it at the same time, again and again',
      413: 'The body is larger than 1 MB',
      415: 'The body is not application/json',
      422: `${rules}; \`idempotency-key-reused\` when the key came with another body`,
      503: 'A store is away, or `outcome-unknown`: repeat with the same key',
    }),
  );
