export { createEventFunnels, type AnswerEventFunnel, type EventFunnels } from './answer.ts';
export { orders, type EventFunnelQuery, type Order } from './define.ts';
export { dimensions as eventFunnelDimensions, eventTypes } from './question.ts';
export type { EntryOf, LookUpEntry } from './values.ts';
