import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaOf } from '../projecting/contribution.ts';
import { defineProjection, leadOf } from '../projecting/define.ts';
import { createFolder, type Standing } from '../projecting/fold.ts';
import { scanCells } from '../projecting/scan.ts';
import { recorded, testContext, type ShortEvent } from '../projecting/testing.ts';
import { UnknownProjection } from '../read-store/errors.ts';
import type { Entity, Generation, QualityFinding, ReadStore } from '../read-store/port.ts';
import { openSqliteReadStore } from '../read-store/sqlite/index.ts';
import type { Metric, MetricAnswer, MetricQuery } from './define.ts';
import { queryMetric } from './query.ts';

interface Visitor {
  readonly at?: number;
  readonly pages?: number;
  readonly channel?: string;
}

const context = testContext();

const visits = defineProjection({
  name: 'visits',
  version: 2,
  entity: { PageViewed: leadOf },
  initialState: (): Visitor => ({}),
  evolve: (visitor, event): Visitor => ({
    at: Math.min(visitor.at ?? Infinity, event.occurredAt),
    pages: (visitor.pages ?? 0) + 1,
    ...(event.data.channel !== undefined && { channel: event.data.channel }),
  }),
  dimensions: { seen: 'day', channel: 'text', pages: 'integer' },
  measures: ['visitors'],
  contributes: ({ at = 0, pages = 0, channel = null }, { calendar, params }) =>
    pages < (params.least ?? 0)
      ? []
      : [{ cell: { seen: calendar.day(at), channel, pages }, add: { visitors: 1 } }],
  quality: ({ at = 0, channel, pages = 0 }, { calendar }): readonly QualityFinding[] => [
    ...(channel === undefined
      ? [{ reason: 'no-channel', kept: true, cell: { seen: calendar.day(at) } }]
      : []),
    ...(pages > 2
      ? [{ reason: 'robot', kept: false, cell: { seen: calendar.day(at), channel: channel ?? null } }]
      : []),
  ],
});

const metric: Metric = {
  name: 'visitors',
  version: 7,
  description: 'Visitors',
  projection: visits,
  cells: {
    measures: ['visitors'],
    by: ['pages'],
    on: 'seen',
    dimensions: {
      channel: 'channel',
      month: { dimension: 'seen', grain: 'month' },
      year: { dimension: 'seen', grain: 'year' },
    },
  },
  params: { least: { description: 'Pages', minimum: 0, maximum: 9 } },
  definitions: { visitors: 'who saw a page' },
  rows: cells => [
    {
      visitors: cells.reduce((sum, { sums }) => sum + (sums.visitors ?? 0), 0),
      pages: cells.reduce((sum, { by, sums }) => sum + Number(by.pages) * (sums.visitors ?? 0), 0),
    },
  ],
};

let dir = '';
let reads: ReadStore;
let live: Generation;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'leadfold-'));
  reads = openSqliteReadStore({ dir });
  live = await generation(visits.version);
});

afterEach(async () => {
  await reads.close();
  rmSync(dir, { recursive: true });
});

const generation = async (version: number): Promise<Generation> => {
  const made = await reads.create({
    name: 'visits',
    version,
    fingerprint: '',
    createdAt: 0,
    schema: schemaOf(visits),
  });
  await reads.promote(made);
  return made;
};

const view = (leadId: string, occurredAt: string, channel?: string): ShortEvent => ({
  type: 'PageViewed',
  occurredAt,
  data: { leadId, touchpointId: '1', ...(channel !== undefined && { channel }) },
});

const standings = new Map<string, Standing>();

/** Commits the history as one batch. */
const keep = async (...history: readonly ShortEvent[]): Promise<void> => {
  standings.clear();
  const folder = createFolder(visits, context);
  const deliveries = history.map((event, at) => {
    const one = recorded(event, at + 1);
    return { event: one, raw: one, error: null };
  });
  const folded = folder.fold(folder.assign(deliveries, new Set()), id => standings.get(id), new Set());
  const { batch } = await reads.checkpoint(live);
  await reads.commit(live, {
    follows: batch,
    position: history.length,
    entities: [...folded.changed].map(([id, { state, due, quality }]): Entity => ({
      id,
      state,
      due,
      quality,
    })),
    cells: folded.cells,
    park: [],
    release: [],
  });
};

const ask = (query: Partial<MetricQuery> = {}, from: ReadStore = reads): Promise<MetricAnswer> =>
  queryMetric({ reads: from, context, scan: scanCells }, metric, { by: [], where: [], params: {}, ...query });

const some = [
  view('a', '2018-01-31T23:59:59Z', 'mail'),
  view('b', '2018-02-01T10:00:00Z', 'ads'),
  view('b', '2018-02-02', 'ads'),
  view('c', '2018-02-01T12:00:00Z'),
  view('d', '2017-06-01', 'mail'),
  view('d', '2018-06-01', 'mail'),
  view('d', '2018-06-02', 'mail'),
];

describe('the answer', () => {
  it('names the metric, its version and definitions, the position and the range as asked', async () => {
    await keep(...some);
    const { rows, quality, ...rest } = await ask({ from: '2017-01-01T00:00:00Z' });
    expect(rest).toEqual({
      metric: 'visitors',
      version: 7,
      position: 7,
      range: { from: '2017-01-01T00:00:00Z', to: null },
      definitions: { visitors: 'who saw a page' },
    });
    expect([rows.length, quality.length]).toEqual([1, 2]);
  });

  it('has its total, and no group, when there is no data', async () => {
    expect((await ask()).rows).toEqual([{ by: {}, visitors: 0, pages: 0 }]);
    expect((await ask({ by: ['channel'] })).rows).toEqual([]);
    expect((await ask({ from: '2018-01-01', to: '2018-01-01' })).rows).toEqual([
      { by: {}, visitors: 0, pages: 0 },
    ]);
  });

  it('groups, the missing value first and as null', async () => {
    await keep(...some);
    expect((await ask({ by: ['channel'] })).rows).toEqual([
      { by: { channel: null }, visitors: 1, pages: 1 },
      { by: { channel: 'ads' }, visitors: 1, pages: 2 },
      { by: { channel: 'mail' }, visitors: 2, pages: 4 },
    ]);
  });

  it('derives a coarser grain from the finer one that is asked for too', async () => {
    await keep(...some);
    const { rows } = await ask({ by: ['year', 'month'] });
    expect(rows.map(({ by, visitors }) => [by.year, by.month, visitors])).toEqual([
      ['2017', '2017-06', 1],
      ['2018', '2018-01', 1],
      ['2018', '2018-02', 2],
    ]);
  });

  it('narrows by values and period', async () => {
    await keep(...some);
    const where = [
      { dimension: 'channel', value: null },
      { dimension: 'channel', value: 'mail' },
    ];
    expect((await ask({ where })).rows).toEqual([{ by: {}, visitors: 3, pages: 5 }]);
    expect((await ask({ where, from: '2018-01-01', to: '2018-02-01' })).rows[0]).toMatchObject({
      visitors: 1,
    });
    const impossible = [
      { dimension: 'year', value: '2017' },
      { dimension: 'month', value: '2018-02' },
    ];
    expect((await ask({ where: impossible })).rows).toEqual([{ by: {}, visitors: 0, pages: 0 }]);
  });

  it('tells instants within a day apart', async () => {
    await keep(...some);
    const visitors = async (from?: string, to?: string): Promise<unknown> =>
      (await ask({ ...(from && { from }), ...(to && { to }) })).rows[0]?.visitors;
    expect(await visitors('2018-02-01T10:00:00Z', '2018-02-01T12:00:00Z')).toBe(1);
    expect(await visitors('2018-02-01T10:00:00.001Z')).toBe(1);
    expect(await visitors(undefined, '2018-02-01T12:00:01Z')).toBe(4);
    expect(await visitors('2018-01-31T23:59:59Z', '2018-02-01')).toBe(1);
    expect(await visitors('2018-02-01T11:00:00Z', '2018-02-01T11:00:00Z')).toBe(0);
  });

  it('takes parameters that the cells do not hold', async () => {
    await keep(...some);
    expect((await ask({ params: { least: 2 }, by: ['channel'] })).rows).toEqual([
      { by: { channel: 'ads' }, visitors: 1, pages: 2 },
      { by: { channel: 'mail' }, visitors: 1, pages: 3 },
    ]);
  });
});

describe('data quality', () => {
  it('counts entities by reason and lists them', async () => {
    await keep(...some);
    expect((await ask()).quality).toEqual([
      { reason: 'no-channel', count: 1, kept: true, entities: ['c'] },
      { reason: 'robot', count: 1, kept: false, entities: ['d'] },
    ]);
  });

  it('lists the first twenty, and counts all', async () => {
    const ids = Array.from({ length: 25 }, (_, at) => `v${String(at).padStart(2, '0')}`);
    await keep(...ids.toReversed().map(id => view(id, '2018-02-01')));
    const [finding] = (await ask()).quality;
    expect(finding).toEqual({ reason: 'no-channel', count: 25, kept: true, entities: ids.slice(0, 20) });
  });

  it('is that of the days and values asked for', async () => {
    await keep(...some);
    const reasons = async (query: Partial<MetricQuery>): Promise<readonly string[]> =>
      (await ask(query)).quality.map(({ reason }) => reason);
    expect(await reasons({ from: '2018-01-01' })).toEqual(['no-channel']);
    expect(await reasons({ to: '2018-01-01' })).toEqual(['robot']);
    expect(await reasons({ where: [{ dimension: 'month', value: '2018-02' }] })).toEqual(['no-channel']);
    expect(await reasons({ where: [{ dimension: 'year', value: '2017' }] })).toEqual(['robot']);
    expect(await reasons({ from: '2018-02-01T11:59:00Z', to: '2018-02-01T12:01:00Z' })).toEqual([
      'no-channel',
    ]);
    expect(await reasons({ from: '2018-02-01T12:01:00Z' })).toEqual([]);
  });

  it('is listed for any value of a dimension that the finding does not know', async () => {
    await keep(...some);
    const { quality } = await ask({ where: [{ dimension: 'channel', value: 'ads' }] });
    expect(quality.map(({ reason }) => reason)).toEqual(['no-channel']);
  });
});

describe('while the read model changes', () => {
  it('reads again until cells and findings are of one position', async () => {
    await keep(...some);
    let calls = 0;
    const moving: ReadStore = {
      ...reads,
      cells: async (id, query) => {
        const answer = await reads.cells(id, query);
        if (++calls === 1) await keep(...some, view('e', '2018-03-01'));
        return answer;
      },
    };
    const answer = await ask({}, moving);
    expect(calls).toBe(2);
    expect(answer.position).toBe(8);
    expect(answer.quality[0]).toMatchObject({ reason: 'no-channel', count: 2 });
  });

  it('answers of the cells’ position when it never rests', async () => {
    await keep(...some);
    const restless: ReadStore = {
      ...reads,
      findings: async id => ({ ...(await reads.findings(id)), position: 99 }),
    };
    expect((await ask({}, restless)).position).toBe(7);
  });

  it('follows a swap of generations', async () => {
    await keep(...some);
    let swapped = false;
    const swapping: ReadStore = {
      ...reads,
      cells: async (id, query) => {
        if (!swapped) {
          swapped = true;
          live = await generation(visits.version);
          await keep(...some.slice(0, 1));
        }
        return reads.cells(id, query);
      },
    };
    expect((await ask({}, swapping)).rows[0]).toMatchObject({ visitors: 1 });
  });

  it('says so when there is no live read model', async () => {
    await reads.drop(live);
    await expect(ask()).rejects.toThrow(UnknownProjection);
  });

  it('answers from an older definition’s cells, but does not read its states', async () => {
    live = await generation(1);
    await keep(...some);
    expect((await ask()).rows[0]).toMatchObject({ visitors: 4 });
    await expect(ask({ params: { least: 2 } })).rejects.toThrow(UnknownProjection);
  });

  it('waits for the new one when the older cells lack what is asked', async () => {
    const older = { ...live, schema: { ...live.schema, dimensions: { seen: 'day' } } } as const;
    const old: ReadStore = { ...reads, generations: () => Promise.resolve([{ ...older, status: 'live' }]) };
    await expect(ask({}, old)).rejects.toThrow(UnknownProjection);
  });
});
