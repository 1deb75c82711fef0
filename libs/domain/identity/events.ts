import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly, Id } from '../schema.ts';

export const IdentityClaimed = defineEvent({
  type: 'IdentityClaimed',
  version: 1,
  description:
    'An e-mail address or phone number belongs to a lead. The stream is named by a keyed hash of it.',
  schema: exactly({ leadId: Id, kind: Type.Union([Type.Literal('email'), Type.Literal('phone')]) }),
});
