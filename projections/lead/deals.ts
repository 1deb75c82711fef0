/** What tells a deal from the others of its lead. */
interface Identified {
  readonly id: string;
}

/**
 * A lead's deals by their ids. A list, as ids that are names of members would make an object of each lead whose like there is no
 * second, which is copied and written slowly.
 */
export type Deals<Deal extends object> = readonly (Identified & Deal)[];

/** The deals after an event about one of them, known or not; the same list when nothing changed. */
export const followDeal = <Deal extends object>(
  deals: Deals<Deal> = [],
  id: string,
  follow: (deal: Deal | undefined) => Deal,
): Deals<Deal> => {
  const place = deals.findIndex(deal => deal.id === id);
  const known = deals[place];
  const now = follow(known);
  if (now === known) return deals;
  if (known !== undefined) return deals.with(place, { ...now, id });
  const after = deals.findLastIndex(deal => deal.id < id) + 1;
  return deals.toSpliced(after, 0, { id, ...now });
};
