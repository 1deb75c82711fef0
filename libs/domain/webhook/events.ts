import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly, Id, Label, Text } from '../schema.ts';

const target = {
  url: Type.String({ maxLength: 2_000, description: 'Without query' }),
  types: Type.Array(Label, { minItems: 1, maxItems: 100, description: 'Types of lifecycle events' }),
};
const query = { personal: Type.Optional(exactly({ query: Type.Optional(Text) }, "The address's query")) };

export const WebhookRegistered = defineEvent({
  type: 'WebhookRegistered',
  version: 1,
  description: 'Another system wants to be told of lifecycle events at an address, from here on.',
  schema: exactly({ webhookId: Id, ...target, ...query }),
});

export const WebhookChanged = defineEvent({
  type: 'WebhookChanged',
  version: 1,
  description: 'The address or the types of a webhook changed; only what changed is given.',
  schema: exactly({
    webhookId: Id,
    url: Type.Optional(target.url),
    types: Type.Optional(target.types),
    ...query,
  }),
});

export const WebhookDisabled = defineEvent({
  type: 'WebhookDisabled',
  version: 1,
  description: 'Nothing is delivered to a webhook until it is enabled again; then it goes on where it stood.',
  schema: exactly({
    webhookId: Id,
    reason: Type.Union([Type.Literal('asked'), Type.Literal('failing'), Type.Literal('gone')], {
      description:
        'Somebody asked; every attempt failed for too long; the address said that it is gone (410)',
    }),
    failingSince: Type.Optional(
      Type.Integer({ description: 'When the first of the attempts was made that all failed, epoch ms' }),
    ),
  }),
});

export const WebhookEnabled = defineEvent({
  type: 'WebhookEnabled',
  version: 1,
  description: 'Deliveries to a webhook go on.',
  schema: exactly({ webhookId: Id }),
});

export const WebhookSecretRotated = defineEvent({
  type: 'WebhookSecretRotated',
  version: 1,
  description:
    'Deliveries to a webhook are signed with another secret. The log holds no secret, but how many there were.',
  schema: exactly({ webhookId: Id, secretVersion: Type.Integer({ minimum: 2 }) }),
});

export const WebhookDeleted = defineEvent({
  type: 'WebhookDeleted',
  version: 1,
  description: 'A webhook is gone for good, and what was not delivered with it.',
  schema: exactly({ webhookId: Id }),
});
