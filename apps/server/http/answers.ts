import { ApiProperty } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandResult } from '../../../libs/handling/port.ts';

/** The answer to a command, given when its events are durable. */
export class CommandAnswer {
  @ApiProperty({ description: 'Of the lead, opportunity, order or webhook', example: 'lead-4711' })
  declare readonly id: string;

  @ApiProperty({ type: 'integer', description: "Of its stream's last event", example: 0 })
  declare readonly revision: number;

  @ApiProperty({
    type: 'integer',
    description: 'Place in the log; hand it to any query as `atLeast` to read your own write',
    example: 81234,
  })
  declare readonly position: number;
}

/** A command's result without what the status says. */
export type Answered = Omit<CommandResult, 'created'>;

/** Sends a command's result: 201 with Location when it made the thing, else 200. */
export const answer = (
  reply: FastifyReply,
  { id, revision, position, created }: CommandResult,
  collection: '/v1/leads' | '/v1/opportunities' | '/v1/orders' | '/v1/webhooks',
): Answered => {
  if (created) reply.code(201).header('location', `${collection}/${id}`);
  return { id, revision, position };
};
