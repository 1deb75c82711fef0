export { createEventFunnels, type AnswerEventFunnel, type EntryOf, type EventFunnels } from './answer.ts';
export { orders, type EventFunnelQuery, type Order } from './define.ts';
export { dimensions as eventFunnelDimensions, eventTypes } from './question.ts';
