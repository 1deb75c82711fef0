import type { Happening } from '../../libs/domain/catalog.ts';
import type { Context } from '../../libs/projecting/context.ts';
import type { Entity } from '../../libs/read-store/port.ts';
import { customers, type Customer } from './customers.projection.ts';

/**
 * What there is to tell of a customer for whom `due` has come: that he is churned. Null when that instant is none of his any more,
 * because he bought meanwhile or it has been told.
 *
 * @param due epoch ms
 */
const fact = ({ id, state }: Entity, due: number, context: Context): Happening | null => {
  const last = (state as unknown as Customer).orders.at(-1);
  if (last === undefined || customers.due(state, context) !== due) return null;
  return {
    type: 'CustomerChurned',
    data: {
      leadId: id,
      lastOrderOn: context.calendar.day(last),
      inactiveDays: context.workspace.churn.inactiveDays,
    },
  };
};

/** Announces churned customers, for those who subscribe to events; no number depends on it. */
export const churnReminder = { projection: customers, fact };
