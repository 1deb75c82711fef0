import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly, Text, Uuid } from '../schema.ts';

export const ProjectionEventSkipped = defineEvent({
  type: 'ProjectionEventSkipped',
  version: 1,
  description:
    'An event that a projection could not fold is left out of it for good, by a decision of somebody.',
  schema: exactly({
    projection: Type.String({ maxLength: 100 }),
    eventId: Uuid,
    personal: Type.Optional(exactly({ why: Text })),
  }),
});
