import { defineProjection, leadOf } from '../../libs/projecting/define.ts';
import type { Context } from '../../libs/projecting/context.ts';
import type { CellDelta } from '../../libs/read-store/port.ts';
import { activity, activityMeasures } from '../orders/activity.ts';
import { naming } from '../orders/naming.ts';
import { absences, churnDay } from './absence.ts';
import { returning, returningMeasures } from './returning.ts';

/** A lead who bought. */
export interface Customer {
  /** When, epoch ms: in order, each instant once. A cancellation doesn't undo a purchase here. */
  readonly orders: readonly number[];
  /** The day of the last purchase whose churn was announced last. */
  readonly announced?: string;
  /** The same of the churn whose end was announced last. */
  readonly wonBack?: string;
}

/** What is to be told of a customer next, and when it happened, epoch ms. */
export type Announcement =
  | { readonly kind: 'churned'; readonly at: number; readonly lastOrderOn: string }
  | {
      readonly kind: 'won-back';
      readonly at: number;
      readonly lastOrderOn: string;
      readonly orderedOn: string;
    };

/** Who bought when: first purchases, activity by period, churn and return, and cohorts. */
export const customers = defineProjection({
  name: 'customers',
  version: 2,
  total: true,
  description:
    'Customers by day of purchase, of churn and of return, and by cohort and the periods in which they bought again',
  entity: { OrderPlaced: leadOf, CustomerChurned: leadOf, CustomerWonBack: leadOf },
  workspace: ['churn'],
  initialState: (): Customer => ({ orders: [] }),

  evolve: (customer, event): Customer => {
    if (event.type === 'OrderPlaced') {
      const orders = inserted(customer.orders, event.occurredAt);
      return orders === customer.orders ? customer : { ...customer, orders };
    }
    const { lastOrderOn } = event.data;
    const told = event.type === 'CustomerChurned' ? 'announced' : 'wonBack';
    return lastOrderOn > (customer[told] ?? '') ? { ...customer, [told]: lastOrderOn } : customer;
  },

  dimensions: {
    day: 'day',
    first: 'day',
    firstWeek: 'day',
    inactiveDays: 'integer',
    later: 'integer',
  },
  measures: ['newCustomers', ...activityMeasures, 'churned', 'wonBack', ...Object.values(returningMeasures)],

  contributes: ({ orders }, context) => {
    const [first] = orders;
    if (first === undefined) return [];
    const names = naming(context);
    const deltas: CellDelta[] = [{ cell: { day: names.day(first) }, add: { newCustomers: 1 } }];
    for (const { at, add } of activity(orders, context)) deltas.push({ cell: { day: names.day(at) }, add });
    return [...deltas, ...absences(orders, context, names), ...returning(orders, context, names)];
  },

  due: (customer, context) => nextAnnouncement(customer, context)?.at ?? null,
});

/**
 * That a customer came back comes first, as it happened first: only where his churn was told, and only if no purchase that became known
 * later lies in between.
 */
export const nextAnnouncement = (
  { orders, announced, wonBack }: Customer,
  { calendar, workspace }: Context,
): Announcement | null => {
  const { inactiveDays } = workspace.churn;
  if (announced !== undefined && announced > (wonBack ?? '')) {
    const at = orders.find(order => calendar.day(order) > announced);
    const orderedOn = at === undefined ? announced : calendar.day(at);
    if (at !== undefined && calendar.daysBetween(announced, orderedOn) > inactiveDays)
      return { kind: 'won-back', at, lastOrderOn: announced, orderedOn };
  }
  const last = orders.at(-1);
  if (last === undefined) return null;
  const lastOrderOn = calendar.day(last);
  if (announced !== undefined && announced >= lastOrderOn) return null;
  const churned = churnDay(lastOrderOn, inactiveDays);
  return churned === null ? null : { kind: 'churned', at: calendar.startOf(churned), lastOrderOn };
};

/** The instants with one more, in order; the same list when it is in already. */
const inserted = (instants: readonly number[], at: number): readonly number[] => {
  const last = instants.at(-1);
  if (last === undefined || at > last) return [...instants, at];
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((instants[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return instants[low] === at ? instants : instants.toSpliced(low, 0, at);
};
