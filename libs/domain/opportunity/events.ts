import { Type } from '@sinclair/typebox';
import { defineEvent } from '../define-event.ts';
import { exactly, Id, Label, Money, Probability, Text } from '../schema.ts';

const ids = { opportunityId: Id, leadId: Id };
const reason = { personal: Type.Optional(exactly({ reason: Type.Optional(Text) })) };
const deal = {
  amount: Type.Optional(Money),
  owner: Type.Optional(Label),
  segment: Type.Optional(Label),
  declaredRevenue: Type.Optional(Money),
};

export const OpportunityOpened = defineEvent({
  type: 'OpportunityOpened',
  version: 1,
  description: 'Sales began to work on a deal with the lead.',
  schema: exactly({ ...ids, ...deal, personal: Type.Optional(exactly({ name: Type.Optional(Text) })) }),
});

export const OpportunityStageChanged = defineEvent({
  type: 'OpportunityStageChanged',
  version: 1,
  description: "The deal moved to a stage of sales' own pipeline.",
  schema: exactly({ ...ids, stage: Label, probability: Type.Optional(Probability) }),
});

/** What imported deals tell besides; none of it is personal. */
const told = {
  seller: Type.Optional(Id),
  salesDevelopment: Type.Optional(Label),
  leadType: Type.Optional(Label),
  behaviourProfile: Type.Optional(Label),
  businessType: Type.Optional(Label),
};

export const OpportunityWon = defineEvent({
  type: 'OpportunityWon',
  version: 1,
  description: 'The deal was won. Imported history may hold it without an opening.',
  schema: exactly({ ...ids, ...deal, ...told }),
});

export const OpportunityLost = defineEvent({
  type: 'OpportunityLost',
  version: 1,
  description: 'The deal was lost.',
  schema: exactly({ ...ids, ...reason }),
});

export const OpportunityReopened = defineEvent({
  type: 'OpportunityReopened',
  version: 1,
  description: 'A won or lost deal is open again.',
  schema: exactly({ ...ids, ...reason }),
});
