import type { EventType } from '../domain/catalog.ts';

/** A kind of lifecycle event: the type of its CloudEvents, and the fact of the log that it tells of. */
export interface LifecycleType {
  /** `leadfold.<subject>.<what happened>`. It never changes its meaning; a new meaning is a new type. */
  readonly type: string;
  /** The type of the log's event, whose data it carries. */
  readonly event: EventType;
  readonly description: string;
}

const of = (type: string, event: EventType, description: string): LifecycleType => ({
  type: `leadfold.${type}`,
  event,
  description,
});

/** The type that is told besides the change of stage, when the change qualifies the lead. */
export const qualified = of(
  'lead.qualified',
  'LeadStageChanged',
  'A lead was moved to the stage from which leads count as qualified, or beyond it, from one before.',
);

/** Everything that other systems can subscribe to. */
export const lifecycleTypes: readonly LifecycleType[] = [
  of('lead.captured', 'LeadCaptured', 'A lead became known for the first time.'),
  of('lead.recaptured', 'LeadRecaptured', 'A known lead came in again.'),
  of('lead.stage-changed', 'LeadStageChanged', 'A lead was moved to a stage of the life cycle.'),
  qualified,
  of('lead.score-band-changed', 'ScoreBandChanged', "A lead's score crossed the bound of a band."),
  of('email.sent', 'EmailSent', 'A mail was handed to the transport.'),
  of('email.opened', 'EmailOpened', 'A mail was opened.'),
  of('email.clicked', 'LinkClicked', 'A link in a mail was followed.'),
  of('email.unsubscribed', 'EmailUnsubscribed', 'The recipient of a mail unsubscribed.'),
  of('opportunity.opened', 'OpportunityOpened', 'Sales began to work on a deal with the lead.'),
  of('opportunity.stage-changed', 'OpportunityStageChanged', "A deal moved in sales' own pipeline."),
  of('opportunity.won', 'OpportunityWon', 'A deal was won.'),
  of('opportunity.lost', 'OpportunityLost', 'A deal was lost.'),
  of('opportunity.reopened', 'OpportunityReopened', 'A won or lost deal is open again.'),
  of('order.placed', 'OrderPlaced', 'A lead bought something.'),
  of('order.cancelled', 'OrderCancelled', 'An order was cancelled.'),
  of('customer.churned', 'CustomerChurned', 'A customer has not bought for longer than the workspace waits.'),
  of('customer.won-back', 'CustomerWonBack', 'A customer who was told to be churned bought again.'),
];

const byType = new Map(lifecycleTypes.map(each => [each.type, each]));

/** The kind of lifecycle event of a name, or undefined. */
export const lifecycleType = (type: string): LifecycleType | undefined => byType.get(type);

/**
 * The types of the log's events that lifecycle events of these types tell of.
 *
 * @example
 * logTypesOf(['leadfold.lead.qualified', 'leadfold.order.placed']); // ['LeadStageChanged', 'OrderPlaced']
 */
export const logTypesOf = (types: Iterable<string>): readonly string[] => [
  ...new Set([...types].flatMap(type => byType.get(type)?.event ?? [])),
];
