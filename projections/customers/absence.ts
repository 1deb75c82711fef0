import type { Context } from '../../libs/projecting/context.ts';
import { dayNumber, dayOfNumber } from '../../libs/projecting/periods.ts';
import type { CellDelta } from '../../libs/read-store/port.ts';
import type { Naming } from '../orders/naming.ts';

/** The day from which a customer is churned who bought last on a day; null after the year 9999. */
export const churnDay = (lastOrder: string, inactiveDays: number): string | null =>
  dayOfNumber(dayNumber(lastOrder) + inactiveDays + 1);

/**
 * When a customer churned, and was won back by buying again: for each number of days that the read model is prepared for, or
 * for the one that a query asks for. Whoever buys on the very day that he is churned from on was churned when it began, and counts in both.
 *
 * @param orders instants in order, epoch ms
 */
export const absences = (
  orders: readonly number[],
  { calendar, workspace, params }: Context,
  naming: Naming,
): readonly CellDelta[] => {
  const asked = params.inactiveDays;
  const kept = asked === undefined ? workspace.churn.kept : [asked];
  const shortest = Math.min(...kept);
  const deltas: CellDelta[] = [];
  const away = (lastDay: string, back: { readonly day: string; readonly at: number } | null): void => {
    const gap = back === null ? Infinity : calendar.daysBetween(lastDay, back.day);
    if (gap <= shortest) return;
    for (const inactiveDays of kept) {
      const day = gap > inactiveDays ? churnDay(lastDay, inactiveDays) : null;
      if (day === null) continue;
      deltas.push({ cell: { day: naming.start(day), inactiveDays }, add: { churned: 1 } });
      if (back !== null)
        deltas.push({ cell: { day: naming.day(back.at), inactiveDays }, add: { wonBack: 1 } });
    }
  };
  let last: string | null = null;
  for (const at of orders) {
    const day = calendar.day(at);
    if (last !== null && day !== last) away(last, { day, at });
    last = day;
  }
  if (last !== null) away(last, null);
  return deltas;
};
