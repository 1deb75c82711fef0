import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly, Id, Label } from '../schema.ts';

const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

export const ScoreBandChanged = defineEvent({
  type: 'ScoreBandChanged',
  version: 1,
  description:
    "A lead's score crossed the bound of a band, by something that happened or by nothing happening for a while.",
  schema: exactly({
    leadId: Id,
    from: Type.Union([Label, Type.Null()], { description: 'The band announced before; null for the first' }),
    to: Label,
    model: Type.String({ maxLength: 100, description: 'Name and version of the score model' }),
  }),
});

export const CustomerChurned = defineEvent({
  type: 'CustomerChurned',
  version: 1,
  description: 'A customer has not bought for longer than the workspace waits.',
  schema: exactly({ leadId: Id, lastOrderOn: day, inactiveDays: Type.Integer({ minimum: 1 }) }),
});

export const CustomerWonBack = defineEvent({
  type: 'CustomerWonBack',
  version: 1,
  description: 'A customer of whom it was told that he churned has bought again.',
  schema: exactly({
    leadId: Id,
    lastOrderOn: Type.String({ pattern: day.pattern ?? '', description: 'The purchase before he churned' }),
    orderedOn: Type.String({
      pattern: day.pattern ?? '',
      description: 'The purchase with which he came back',
    }),
    inactiveDays: Type.Integer({ minimum: 1 }),
  }),
});
