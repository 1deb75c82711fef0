import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { followDeal, type Deals } from './deals.ts';

interface Deal {
  readonly times: number;
}
const again = (deal: Deal | undefined): Deal => ({ ...deal, times: (deal?.times ?? 0) + 1 });
const after = (ids: readonly string[]): Deals<Deal> =>
  ids.reduce<Deals<Deal>>((deals, id) => followDeal(deals, id, again), []);

describe('the deals of a lead', () => {
  it('are each followed by itself, in order of their ids whatever came first', () => {
    const id = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', '');
    fc.assert(
      fc.property(fc.array(id), ids => {
        const counts = new Map<string, number>();
        for (const each of ids) counts.set(each, (counts.get(each) ?? 0) + 1);
        const ordered = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(after(ids)).toEqual(ordered.map(([each, times]) => ({ id: each, times })));
        expect(after(ids.toReversed())).toEqual(after(ids));
      }),
    );
  });

  it('begin with the first one', () => {
    expect(followDeal(undefined, 'a', again)).toEqual([{ id: 'a', times: 1 }]);
  });

  it('are the same list when nothing changed', () => {
    const deals = after(['a', 'b']);
    expect(followDeal(deals, 'b', deal => deal ?? { times: 0 })).toBe(deals);
  });

  it('leave those before as they were', () => {
    const deals = after(['a', 'b']);
    const next = followDeal(deals, 'b', again);
    expect(deals[1]).toEqual({ id: 'b', times: 1 });
    expect(next[0]).toBe(deals[0]);
  });
});
