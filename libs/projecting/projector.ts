import { createBuilding } from './building.ts';
import { createCatalogue } from './catalogue.ts';
import { createFollowing } from './following.ts';
import type { Projecting, Projector } from './port.ts';
import { createRunner } from './runner.ts';
import { surround } from './surroundings.ts';

export const createProjector = (projecting: Projecting): Pick<Projector, 'start' | 'stop' | 'catchUp'> => {
  const around = surround(projecting);
  const catalogue = createCatalogue(around);
  const runner = createRunner(around, catalogue, async () => Promise.resolve());
  const building = createBuilding(around, catalogue, runner);
  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> =>
    (prepared ??= around.skips.load().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    }));
  return createFollowing(around, catalogue, runner, building, prepare);
};
