import { createBuilding } from './building.ts';
import { createCatalogue } from './catalogue.ts';
import { createExplaining } from './explaining.ts';
import { createFollowing } from './following.ts';
import { createGathering } from './gathering.ts';
import { createParking, heedSkip } from './parking.ts';
import type { Projecting, Projector } from './port.ts';
import { createRebuilding } from './rebuilding.ts';
import { createRunner } from './runner.ts';
import { surround } from './surroundings.ts';
import { createVerifying } from './verifying.ts';
import { createWatching } from './watching.ts';

/**
 * Keeps the read models of some projections. Nothing happens until it is started or asked.
 *
 * @example
 * const projector = createProjector({ events, reads, projections, context, clock: Date.now });
 * await projector.catchUp();
 */
export const createProjector = (projecting: Projecting): Projector => {
  const around = surround(projecting);
  const catalogue = createCatalogue(around);
  const runner = createRunner(around, catalogue, (lane, eventId) => heedSkip(around, lane, eventId));
  const building = createBuilding(around, catalogue, runner);

  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> =>
    (prepared ??= around.skips.load().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    }));

  const gathering = createGathering();
  const following = createFollowing(around, catalogue, runner, building, gathering, prepare);
  return {
    setProjections: projections =>
      runner.exclusively(async () => {
        around.use(projections);
        catalogue.retain();
        await around.skips.load();
      }),
    ...following,
    ...createWatching(around, catalogue, runner, gathering),
    ...createRebuilding(around, catalogue, runner, building, following.catchUp),
    ...createParking(around, catalogue, runner, prepare),
    ...createExplaining(around),
    ...createVerifying(around, prepare),
  };
};
