import type { Engine } from '../../../libs/engine/port.ts';
import type { Projection } from '../../../libs/projecting/define.ts';
import { NoSuchProjection, ProjectionBehind } from '../../../libs/projecting/port.ts';
import type { Generation } from '../../../libs/read-store/port.ts';

/** @throws NoSuchProjection */
export const findProjection = (engine: Engine, name: string): Projection => {
  const projection = engine.projections.find(one => one.name === name);
  if (projection === undefined)
    throw new NoSuchProjection(
      name,
      engine.projections.map(one => one.name),
    );
  return projection;
};

/**
 * The generation that is read; its schema is the one to query by, which during a rebuild is not yet the definition's.
 *
 * @throws ProjectionBehind while the first generation is being built
 */
export const liveGeneration = async (engine: Engine, name: string): Promise<Generation> => {
  const generations = await engine.reads.generations(name);
  const live = generations.find(generation => generation.status === 'live');
  if (live === undefined) throw new ProjectionBehind(name, await engine.events.head(), 0);
  return live;
};
