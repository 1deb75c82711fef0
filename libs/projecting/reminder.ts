import type { Happening } from '../domain/catalog.ts';
import type { Entity } from '../read-store/port.ts';
import type { Context } from './context.ts';
import type { Projection } from './define.ts';

/**
 * What is to be appended to the log when an entity of a projection falls due though nothing happens. The entity is a lead, and
 * the fact belongs to its stream. Folding the fact has to move `due`, or it is asked for again.
 */
export interface Reminder {
  readonly projection: Projection;
  /** The fact that is due at that instant (epoch ms), which is when it occurred; null when there is none after all. Pure. */
  readonly fact: (entity: Entity, due: number, context: Context) => Happening | null;
  /**
   * How many such facts of the entity the state has taken in. Where it is given, a fact's id is derived from that number alone, so the
   * log takes one for each number; else from the instant and what the fact says.
   */
  readonly taken?: (entity: Entity) => number;
}
