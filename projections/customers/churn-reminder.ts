import type { Happening } from '../../libs/domain/catalog.ts';
import type { Context } from '../../libs/projecting/context.ts';
import type { Entity } from '../../libs/read-store/port.ts';
import { customers, nextAnnouncement, type Customer } from './customers.projection.ts';

/**
 * What there is to tell of a customer for whom `due` has come: that he is churned, or that he came back. Null when that instant is none of his
 * any more, because he bought meanwhile or it has been told.
 *
 * @param due epoch ms
 */
const fact = ({ id, state }: Entity, due: number, context: Context): Happening | null => {
  const next = nextAnnouncement(state as unknown as Customer, context);
  if (next?.at !== due) return null;
  const { lastOrderOn } = next;
  const said = { leadId: id, lastOrderOn, inactiveDays: context.workspace.churn.inactiveDays };
  return next.kind === 'churned'
    ? { type: 'CustomerChurned', data: said }
    : { type: 'CustomerWonBack', data: { ...said, orderedOn: next.orderedOn } };
};

/** Announces customers who churned and who came back, for those who subscribe to events; no number depends on it. */
export const churnReminder = { projection: customers, fact };
