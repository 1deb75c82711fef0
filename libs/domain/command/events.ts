import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly } from '../schema.ts';

export const IdempotencyKeyUsed = defineEvent({
  type: 'IdempotencyKeyUsed',
  version: 1,
  description:
    'A command came with an idempotency key; the same key may not come with another body. The stream is named by a hash of the key.',
  schema: exactly({ command: Type.String({ maxLength: 200 }), bodyHash: Type.String({ maxLength: 64 }) }),
});

export const IdempotencyKeySettled = defineEvent({
  type: 'IdempotencyKeySettled',
  version: 1,
  description:
    'A command with an idempotency key had nothing to change; a repeat is answered with the place where the stream stood.',
  schema: exactly({
    stream: Type.String({ maxLength: 200 }),
    revision: Type.Integer({ minimum: 0 }),
  }),
});
