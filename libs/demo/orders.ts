import type { CancelOrder, PlaceOrder } from '../handling/port.ts';
import { articles, cancelReasons, habits } from './business.ts';
import { workday } from './calendar.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';

/** An order and, where it was taken back, its cancellation. */
export interface DemoOrder {
  readonly placed: PlaceOrder & { readonly occurredAt: number };
  readonly cancelled: (CancelOrder & { readonly occurredAt: number }) | null;
}

/** Of an order of little worth, in minor units; it stands in no line. */
const shipping = 590;
const free = 10_000;

/** What a customer buys from the win on up to the end, by their habit: some keep buying, some stop, some come back. Epoch ms. */
export const orders = (random: Random, who: Person, won: number, end: number): readonly DemoOrder[] => {
  const habit = random.weighted(habits);
  const found: DemoOrder[] = [];
  let at = workday(random, won, random.around(3, 0.6));
  for (let number = 1; number <= habit.orders && at < end; number++) {
    found.push(order(random, who, number, at));
    const days = number === habit.pauseAfter ? random.int(100, 170) : random.around(habit.days, 0.4);
    at = workday(random, at, days);
  }
  return found;
};

const order = (random: Random, who: Person, number: number, at: number): DemoOrder => {
  const id = `${who.id}-order-${number}`;
  const chosen = new Set(Array.from({ length: random.int(1, 3) }, () => random.pick(articles)));
  const lines = [...chosen].map(({ sku, name, price }) => {
    const quantity = random.int(1, 1 + Math.ceil(who.employees / 4));
    return { sku, name, quantity, amount: quantity * price };
  });
  const goods = lines.reduce((sum, { amount }) => sum + amount, 0);
  const total = { amount: goods < free ? goods + shipping : goods, currency: who.currency };
  const cancelledAt = random.chance(0.05) ? workday(random, at, random.int(1, 4)) : null;
  return {
    placed: { id, leadId: who.id, total, country: who.country, lines, occurredAt: at },
    cancelled:
      cancelledAt === null ? null : { id, reason: random.pick(cancelReasons), occurredAt: cancelledAt },
  };
};
