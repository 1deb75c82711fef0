import type {
  CloseOpportunity,
  MoneyValue,
  MoveOpportunity,
  OpenOpportunity,
  WinOpportunity,
} from '../../../libs/handling/port.ts';
import { given, occurred } from '../http/occurred.ts';
import type {
  CloseOpportunityBody,
  MoneyBody,
  MoveOpportunityBody,
  OpenOpportunityBody,
  WinOpportunityBody,
} from './opportunity.dto.ts';

const money = (body: MoneyBody | undefined): MoneyValue | undefined =>
  body === undefined ? undefined : { amount: body.amount, currency: body.currency };

/** All four throw BadRequest for a time more than a day ahead. */
export const readOpen = (body: OpenOpportunityBody, now: number): OpenOpportunity => {
  const { id, leadId, name, owner } = body;
  return {
    leadId,
    ...given({ id, amount: money(body.amount), name, owner }),
    ...occurred(body.occurredAt, now),
  };
};

export const readMove = (id: string, body: MoveOpportunityBody, now: number): MoveOpportunity => {
  const { stage, probability } = body;
  return { id, stage, ...given({ probability }), ...occurred(body.occurredAt, now) };
};

export const readWin = (id: string, body: WinOpportunityBody, now: number): WinOpportunity => ({
  id,
  ...given({ amount: money(body.amount) }),
  ...occurred(body.occurredAt, now),
});

export const readClose = (id: string, body: CloseOpportunityBody, now: number): CloseOpportunity => ({
  id,
  ...given({ reason: body.reason }),
  ...occurred(body.occurredAt, now),
});
