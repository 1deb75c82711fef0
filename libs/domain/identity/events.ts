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

export const IdentityReleased = defineEvent({
  type: 'IdentityReleased',
  version: 1,
  description:
    "A claim on an e-mail address or phone number is void, because the lead that it was made for was never captured. Stands in that lead's stream, so that a capture under way learns of it.",
  schema: exactly({
    leadId: Id,
    identity: Type.String({ maxLength: 200, description: 'The stream of the claim' }),
    claim: Type.Integer({ minimum: 0, description: 'Revision of the claim in that stream' }),
  }),
});
