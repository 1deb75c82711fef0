import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFolder } from '../libs/projecting/fold.ts';
import { createTally, schemaOf } from '../libs/projecting/contribution.ts';
import { testContext } from '../libs/projecting/testing.ts';
import type { Context } from '../libs/projecting/context.ts';
import type { CellDelta } from '../libs/read-store/port.ts';
import { distinct, fact, hour, log, shuffled, start, zone, type Fact } from '../test/support/histories.ts';
import { metrics, projections } from './index.ts';
import { salesCycle } from './sales-cycle/sales-cycle.projection.ts';
import { readModel } from './testing.ts';

/** All that a read model says: totals of each cell, and findings. */
const said = (facts: readonly Fact[], context: Context): unknown =>
  projections.map(projection => {
    const { entities } = readModel(projection, log(facts), context);
    const folder = createFolder(projection, context);
    const tally = createTally();
    for (const { state } of entities) tally.add(folder.standing(state).cells, 1);
    const text = ({ cell, add }: CellDelta): string =>
      JSON.stringify([Object.entries(cell).sort(), Object.entries(add).sort()]);
    return [
      projection.name,
      tally.deltas().map(text).sort(),
      entities.flatMap(({ id, quality }) => quality.map(one => JSON.stringify([id, one]))).sort(),
    ];
  });

describe('a history', () => {
  it('says the same in whatever order its facts of different instants were recorded', () => {
    fc.assert(
      fc.property(distinct, zone, fc.func(fc.integer()), (facts, where, key) => {
        const context = testContext({ zone: where });
        expect(said(shuffled(facts, key), context)).toEqual(said(facts, context));
      }),
      { numRuns: 150 },
    );
  });

  it('says the same in whatever order its streams were recorded, also at one instant', () => {
    const crowded = fc.array(
      fact.map(one => ({ ...one, at: start + (one.at % (3 * 24 * hour)) })),
      { maxLength: 30 },
    );
    const streamOf = ({ kind, lead, deal }: Fact): string =>
      /^O(pportunity|rder)/.test(kind) ? `${kind.slice(0, 2)}-${lead}-${deal}` : `lead-${lead}`;
    fc.assert(
      fc.property(crowded, fc.func(fc.integer()), (facts, key) => {
        const streams = Map.groupBy(facts, streamOf);
        const turns = shuffled(
          facts.map((one, at) => [streamOf(one), at] as const),
          key,
        );
        const merged = turns.map(([stream]) => streams.get(stream)!.shift()!);
        expect(said(merged, testContext())).toEqual(said(facts, testContext()));
      }),
      { numRuns: 150 },
    );
  });
});

it('days in stages add up to the days of a deal whose lead had reached nothing before the first touch', () => {
  fc.assert(
    fc.property(distinct, zone, (facts, where) => {
      const context = { ...testContext({ zone: where }), params: { stages: 1 } };
      for (const { state } of readModel(salesCycle, log(facts), context).entities) {
        const { entry, reached = {} } = state as unknown as {
          entry: { captured?: number; touched?: number };
          reached?: Record<string, number>;
        };
        const entered = entry.touched ?? entry.captured ?? 0;
        const sums = new Map<unknown, number>();
        const deltas = salesCycle.contributes(state, context).filter(({ cell }) => 'won' in cell);
        const deals = deltas.filter(({ add }) => 'deals' in add);
        if (Object.values(reached).some(at => at < entered) || deals.length !== 1) continue;
        for (const { cell, add } of deltas) {
          const measure = Object.keys(add)[0];
          sums.set(measure, (sums.get(measure) ?? 0) + Number(cell.days));
        }
        if (Number(deals[0]!.cell.days) > 0) expect(sums.get('stays')).toBe(sums.get('deals'));
      }
    }),
    { numRuns: 300 },
  );
});

it('every metric asks only for what its read model holds', () => {
  for (const { projection, cells, periods } of metrics) {
    const { dimensions, measures } = schemaOf(projection);
    const asked = Object.values(cells.dimensions).map(one => (typeof one === 'string' ? one : one.dimension));
    expect(Object.keys(dimensions)).toEqual(expect.arrayContaining([...asked, ...(cells.by ?? [])]));
    const framing = [...Object.values(periods?.grains ?? {}), ...(periods?.last ? [periods.last] : [])];
    expect(measures).toEqual(
      expect.arrayContaining([...cells.measures, ...framing.map(({ measure }) => measure)]),
    );
    for (const on of [cells.on, ...framing.map(one => one.on)]) expect(dimensions[on]).toBe('day');
    expect(projections).toContain(projection);
  }
});
