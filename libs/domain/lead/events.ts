import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly, Id, Label, Text } from '../schema.ts';

/** What is known of a lead and identifies the person. */
export const LeadPersonal = exactly(
  {
    email: Type.Optional(Type.String({ maxLength: 320, description: 'As given, trimmed' })),
    phone: Type.Optional(Type.String({ maxLength: 40, description: 'As given, trimmed' })),
    name: Type.Optional(Text),
    jobTitle: Type.Optional(Text),
    landingPageQuery: Type.Optional(Type.String({ maxLength: 10_000, description: 'From ? or # on' })),
    attributes: Type.Optional(
      Type.Record(Type.String({ pattern: '^[\\s\\S]{1,100}$' }), Type.Unknown(), {
        additionalProperties: false,
        description: 'Whatever else is known, by name; a later value replaces an earlier one of that name',
      }),
    ),
  },
  'Personal data; nowhere else in the event',
);

const profile = {
  company: Type.Optional(Label),
  country: Type.Optional(Label),
  origin: Type.Optional(Label),
  campaign: Type.Optional(Label),
  landingPage: Type.Optional(Type.String({ maxLength: 2_000, description: 'Without query and fragment' })),
  personal: Type.Optional(LeadPersonal),
};

export const LeadCaptured = defineEvent({
  type: 'LeadCaptured',
  version: 1,
  description: 'A lead became known for the first time.',
  schema: exactly({ leadId: Id, ...profile }),
});

export const LeadRecaptured = defineEvent({
  type: 'LeadRecaptured',
  version: 1,
  description: 'A known lead came in again: another form, another list.',
  schema: exactly({ leadId: Id, ...profile }),
});

export const LeadProfileUpdated = defineEvent({
  type: 'LeadProfileUpdated',
  version: 1,
  description: 'Fields of the profile changed; only those that changed are given.',
  schema: exactly({ leadId: Id, ...profile }),
});

export const LeadStageChanged = defineEvent({
  type: 'LeadStageChanged',
  version: 1,
  description: 'The lead was moved to a stage of the life cycle.',
  schema: exactly({
    leadId: Id,
    stage: Label,
    from: Type.Optional(
      Type.Union([Label, Type.Null()], { description: 'The stage before, where it was known' }),
    ),
    personal: Type.Optional(exactly({ reason: Type.Optional(Text) })),
  }),
});

export const ConsentGranted = defineEvent({
  type: 'ConsentGranted',
  version: 1,
  description: 'The person agreed to be contacted for a purpose on a channel.',
  schema: exactly({ leadId: Id, purpose: Label, channel: Label, textVersion: Label }),
});
