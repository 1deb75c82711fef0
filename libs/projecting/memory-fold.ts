import type { CellDelta, EntityId } from '../read-store/port.ts';
import { createTally } from './contribution.ts';
import type { Standing } from './fold.ts';
import type { Page, Subject } from './surroundings.ts';

/** The log folded in memory, without any store: what a read model should be. */
export interface MemoryFold {
  readonly standings: ReadonlyMap<EntityId, Standing>;
  readonly take: (page: Page) => void;
  /** How far it is. */
  readonly position: () => number;
  /** What the states contribute, counted anew from the states. */
  readonly cells: () => readonly CellDelta[];
}

export const createMemoryFold = ({ folder, skipped }: Subject): MemoryFold => {
  const standings = new Map<EntityId, Standing>();
  const parked = new Set<EntityId>();
  let position = 0;
  return {
    standings,
    position: () => position,
    take: page => {
      const folded = folder.fold(folder.assign(page.deliveries, skipped), id => standings.get(id), parked);
      for (const [id, standing] of folded.changed) standings.set(id, standing);
      for (const { entity } of folded.park) parked.add(entity);
      position = page.end;
    },
    cells: () => {
      const tally = createTally();
      for (const { cells } of standings.values()) tally.add(cells, 1);
      return tally.deltas();
    },
  };
};
