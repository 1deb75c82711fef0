import { describe, expect, it } from '@jest/globals';
import type { Engine } from '../../../libs/engine/port.ts';
import { NoSuchProjection, ProjectionBehind } from '../../../libs/projecting/port.ts';
import type { CellQuery, Generation } from '../../../libs/read-store/port.ts';
import { UnknownDimension } from '../../../libs/read-store/errors.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { findProjection, liveGeneration } from './find-projection.ts';
import { ShowCells, ShowCellsHandler, ShowProjections, ShowProjectionsHandler } from './queries.ts';

const generation = (number: number, status: Generation['status'], dimension = 'origin') =>
  ({
    name: 'visits',
    generation: number,
    version: number,
    status,
    schema: { dimensions: { [dimension]: 'text' }, measures: ['seen', 'left'], indexes: [] },
  }) as unknown as Generation;

const engineWith = (generations: readonly Generation[]) => {
  const waited: [string, number][] = [];
  const asked: CellQuery[] = [];
  const status = ['visits', 'orders'].map(name => ({
    name,
    generation: 1,
    status: 'live',
    lag: 3,
    parked: 1,
  }));
  const engine = {
    projections: [{ name: 'visits' }, { name: 'orders' }],
    events: { head: () => Promise.resolve(12) },
    lifecycle: {
      relay: { status: () => [] },
      streams: { status: () => ({ clients: 0, blocked: 0, delivered: 0 }) },
    },
    projector: {
      waitFor: (name: string, position: number) => Promise.resolve(waited.push([name, position])),
      status: () => Promise.resolve(status),
    },
    reads: {
      generations: () => Promise.resolve(generations),
      cells: (of: Generation, query: CellQuery) => {
        asked.push(query);
        return Promise.resolve({ position: 10 + of.generation, value: [] });
      },
    },
  } as unknown as Engine;
  return { engine, waited, asked, status };
};

describe('a projection', () => {
  it('is found by its name, and those that there are are told', () => {
    const { engine } = engineWith([]);
    expect(findProjection(engine, 'orders')).toBe(engine.projections[1]);
    const unknown = expect(() => findProjection(engine, 'order'));
    unknown.toThrow(NoSuchProjection);
    unknown.toThrow(/visits, orders/);
  });

  it('is read from its live generation, whatever stands beside it', async () => {
    const live = generation(2, 'live');
    const { engine } = engineWith([generation(3, 'held'), live, generation(4, 'building')]);
    expect(await liveGeneration(engine, 'visits')).toBe(live);
  });

  it.each([[[]], [[generation(1, 'building')]], [[generation(1, 'held')]]])(
    'is behind the whole log while none is live: %j',
    async generations => {
      const found = liveGeneration(engineWith(generations).engine, 'visits');
      await expect(found).rejects.toThrow(ProjectionBehind);
      await expect(found).rejects.toThrow(/not yet at 12/);
    },
  );
});

describe('where projections stand', () => {
  it('is told of all, or of the one that is asked for', async () => {
    const { engine, status } = engineWith([]);
    const handler = new ShowProjectionsHandler(engine);
    expect(await handler.execute(new ShowProjections(undefined, undefined))).toEqual(status);
    expect(await handler.execute(new ShowProjections('orders', undefined))).toEqual([status[1]]);
    await expect(handler.execute(new ShowProjections('none', 3))).rejects.toThrow(NoSuchProjection);
  });

  it('is told when those asked for have come so far, 0 included', async () => {
    const { engine, waited } = engineWith([]);
    const handler = new ShowProjectionsHandler(engine);
    await handler.execute(new ShowProjections('orders', 0));
    await handler.execute(new ShowProjections(undefined, 7));
    expect(waited).toEqual([
      ['orders', 0],
      ['visits', 7],
      ['orders', 7],
    ]);
  });

  it('is scraped anew each time: what is gone is shown no more', async () => {
    const { engine, status } = engineWith([]);
    const telemetry = createTelemetry(engine);
    expect(await telemetry.scrape()).toContain(
      'leadfold_projection_lag{projection="orders",generation="1",status="live"} 3',
    );
    status.pop();
    const again = await telemetry.scrape();
    expect(again).not.toContain('projection="orders"');
    expect(again).toContain(
      'leadfold_projection_parked_events{projection="visits",generation="1",status="live"} 1',
    );
    expect(again).toContain('leadfold_log_head 12');
  });

  it('is counted by server, so that two fit into one process', async () => {
    const [one, other] = [createTelemetry(engineWith([]).engine), createTelemetry(engineWith([]).engine)];
    one.answered('GET', '/v1/leads/:id', 200, 0.004);
    expect(await one.scrape()).toContain(
      'http_request_duration_seconds_bucket{le="0.005",method="GET",route="/v1/leads/:id",status="200"} 1',
    );
    expect(await other.scrape()).not.toContain('/v1/leads/:id');
  });
});

describe('the totals of a read model', () => {
  it('are asked for by the schema that is live, all measures of it', async () => {
    // The definition may have other dimensions already, which no total has yet.
    const { engine, asked, waited } = engineWith([
      generation(2, 'building', 'campaign'),
      generation(1, 'live'),
    ]);
    const query = new ShowCells('visits', ['origin'], [{ dimension: 'origin', value: null }], 5);
    expect(await new ShowCellsHandler(engine).execute(query)).toEqual({ version: 1, position: 11, rows: [] });
    expect(asked).toEqual([
      { measures: ['seen', 'left'], by: [{ dimension: 'origin' }], where: { origin: [null] } },
    ]);
    expect(waited).toEqual([['visits', 5]]);
    const refused = new ShowCellsHandler(engine).execute(
      new ShowCells('visits', ['campaign'], [], undefined),
    );
    await expect(refused).rejects.toThrow(UnknownDimension);
    expect(waited).toHaveLength(1);
  });
});
