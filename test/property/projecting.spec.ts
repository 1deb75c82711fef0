import { describe, it } from '@jest/globals';
import { testContext } from '../../libs/projecting/testing.ts';
import { projections } from '../../projections/index.ts';
import { rebuildEqualsLive } from './projecting.ts';
import { histories, visits } from './projecting/arbitraries.ts';

describe('rebuild equals live', () => {
  it('for a projection that uses everything and fails now and then', async () => {
    await rebuildEqualsLive(visits, histories, { runs: 40 });
  }, 120_000);

  it('in a zone whose days begin at odd hours', async () => {
    await rebuildEqualsLive(visits, histories, {
      runs: 12,
      context: testContext({ zone: 'America/St_Johns' }),
    });
  }, 120_000);

  it.each(projections.map(projection => [projection.name, projection] as const))(
    'for %s',
    async (_, projection) => {
      await rebuildEqualsLive(projection, histories, { runs: 40 });
    },
    120_000,
  );
});
