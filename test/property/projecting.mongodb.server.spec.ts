import { describe, it } from '@jest/globals';
import { projections } from '../../projections/index.ts';
import { mongoReads } from '../support/mongo-reads.ts';
import { rebuildEqualsLive } from './projecting.ts';
import { histories, visits } from './projecting/arbitraries.ts';

/** Few runs: a server takes some seconds for one. */
const runs = Number(process.env['PROPERTY_RUNS'] ?? 2);

describe('rebuild equals live on MongoDB', () => {
  it.each([visits, ...projections].map(projection => [projection.name, projection] as const))(
    'for %s',
    async (_, projection) => {
      await rebuildEqualsLive(projection, histories, { runs, stores: () => Promise.resolve(mongoReads()) });
    },
    600_000,
  );
});
