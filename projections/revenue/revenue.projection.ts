import { defineProjection, leadOf } from '../../libs/projecting/define.ts';
import type { CellDelta, QualityFinding } from '../../libs/read-store/port.ts';
import { capture, correct, entryCell, noEntry, type Entry } from '../lead/entry.ts';
import { implausible, tooLarge } from '../lead/money.ts';
import { earliest, type Stated } from '../lead/stated.ts';
import { activity, activityMeasures } from '../orders/activity.ts';
import { naming } from '../orders/naming.ts';
import { follow, live, type Orders } from './orders.ts';

interface Buyer {
  readonly entry: Entry;
  /** Of the earliest order that states one. */
  readonly country?: Stated<string>;
  readonly orders?: Orders;
}

/** What was ordered and not cancelled, by day, currency and where the customer came from. */
export const revenue = defineProjection({
  name: 'revenue',
  version: 2,
  total: true,
  description: 'Orders, their totals and their customers by day, currency, origin, campaign and country',
  entity: {
    LeadCaptured: leadOf,
    LeadRecaptured: leadOf,
    LeadProfileUpdated: leadOf,
    OrderPlaced: leadOf,
    OrderCancelled: leadOf,
  },
  workspace: ['plausible'],
  initialState: (): Buyer => ({ entry: noEntry }),

  evolve: (buyer, event): Buyer => {
    switch (event.type) {
      case 'LeadCaptured':
      case 'LeadRecaptured':
        return enter(buyer, capture(buyer.entry, event));
      case 'LeadProfileUpdated':
        return enter(buyer, correct(buyer.entry, event));
      case 'OrderPlaced':
        return ordered(buyer, follow(buyer.orders, event), {
          country: earlier(buyer.country, event.data.country, event.occurredAt),
        });
      case 'OrderCancelled':
        return ordered(buyer, follow(buyer.orders, event), { country: buyer.country });
    }
  },

  dimensions: { ordered: 'day', currency: 'text', origin: 'text', campaign: 'text', country: 'text' },
  measures: ['orders', 'revenue', ...activityMeasures],
  summaries: [['currency'], ...['origin', 'campaign', 'country'].map(name => ['currency', name])],

  contributes: (buyer, context) => {
    if (buyer.orders === undefined) return [];
    const names = naming(context);
    const of = customerCell(buyer);
    const days = new Map<string, Sum>();
    const sumOf = (at: number, currency: string): Sum => {
      const day = names.day(at);
      const key = currency + day;
      let sum = days.get(key);
      if (sum === undefined)
        days.set(key, (sum = { cell: { ordered: day, currency, ...of }, add: { orders: 0, revenue: 0 } }));
      return sum;
    };
    const instants = new Map<string, number[]>();
    for (const { at, amount, currency } of live(buyer.orders)) {
      const { add } = sumOf(at, currency);
      add.orders += 1;
      add.revenue += tooLarge(amount) ? 0 : amount;
      const known = instants.get(currency);
      if (known === undefined) instants.set(currency, [at]);
      else known.push(at);
    }
    for (const [currency, list] of instants)
      for (const { at, add } of activity(list, context)) Object.assign(sumOf(at, currency).add, add);
    return [...days.values()];
  },

  quality: (buyer, context) => {
    if (buyer.orders === undefined) return [];
    const findings: QualityFinding[] = [];
    for (const order of live(buyer.orders)) {
      const large = tooLarge(order.amount);
      if (!large && !implausible(order, context.workspace)) continue;
      const day = naming(context).day(order.at);
      const cell = { ordered: day, currency: order.currency, ...customerCell(buyer) };
      if (large) findings.push({ reason: 'amount-too-large', kept: false, cell });
      else findings.push({ reason: 'implausible-amount', kept: true, cell });
    }
    return findings;
  },
});

interface Sum extends CellDelta {
  readonly add: { orders: number; revenue: number };
}

const enter = (buyer: Buyer, entry: Entry): Buyer => (entry === buyer.entry ? buyer : { ...buyer, entry });

const ordered = (
  buyer: Buyer,
  orders: Orders,
  { country }: { readonly country: Stated<string> | undefined },
): Buyer =>
  orders === buyer.orders && country === buyer.country
    ? buyer
    : { ...buyer, orders, ...(country && { country }) };

/** The earlier statement; of orders at the same instant the first by name, because no stream tells which came first. */
const earlier = (
  known: Stated<string> | undefined,
  value: string | undefined,
  at: number,
): Stated<string> | undefined =>
  known !== undefined && value !== undefined && at === known.at && value < known.value
    ? { value, at }
    : earliest(known, value, at);

/** One value of each for all orders of a customer, so that customers add up over them. */
const customerCell = ({ entry, country }: Buyer): ReturnType<typeof entryCell> => {
  const of = entryCell(entry);
  return country === undefined ? of : { ...of, country: country.value };
};
