import { beforeEach, describe, expect, it } from '@jest/globals';
import { schemaOf } from '../projecting/contribution.ts';
import { defineProjection, leadOf } from '../projecting/define.ts';
import { testContext } from '../projecting/testing.ts';
import { UnknownProjection } from '../read-store/errors.ts';
import type { Generation } from '../read-store/port.ts';
import { createAnswers, type Answers } from './answers.ts';
import type { Metric, MetricQuery } from './define.ts';
import { InvalidQuery } from './errors.ts';

const visits = defineProjection({
  name: 'visits',
  version: 1,
  entity: { PageViewed: leadOf },
  initialState: () => ({}),
  evolve: state => state,
  dimensions: { seen: 'day', channel: 'text' },
  measures: ['visitors'],
});
const metric: Metric = {
  name: 'visitors',
  version: 1,
  description: '',
  projection: visits,
  cells: { measures: ['visitors'], on: 'seen', dimensions: { channel: 'channel' } },
  definitions: {},
  rows: cells => Array.from({ length: rows }, () => ({ visitors: cells[0]?.sums.visitors ?? 0 })),
};
const all: MetricQuery = { by: [], where: [], params: {} };

/** A read model of one number, that says how often it was read. */
let rows: number;
let visitors: number;
let batch: number;
let generation: number;
let live: boolean;
let reads: number;
let onRead: () => void;
let answers: Answers;

const start = (most?: number): Answers =>
  createAnswers(
    {
      context: testContext(),
      scan: () => Promise.reject(new Error('nothing to scan')),
      reads: {
        generations: () =>
          Promise.resolve<readonly Generation[]>([
            {
              name: 'visits',
              generation,
              version: 1,
              fingerprint: '',
              createdAt: 0,
              status: live ? 'live' : 'building',
              schema: schemaOf(visits),
            },
          ]),
        checkpoint: () => Promise.resolve({ position: batch * 10, batch }),
        cells: () => {
          reads++;
          const value = [{ by: {}, sums: { visitors } }];
          const position = batch * 10;
          onRead();
          return Promise.resolve({ position, value });
        },
        findings: () => Promise.resolve({ position: batch * 10, value: [] }),
      },
    },
    most,
  );

beforeEach(() => {
  [visitors, batch, generation, live, reads] = [5, 1, 1, true, 0];
  rows = 1;
  onRead = () => undefined;
  answers = start();
});

const ask = async (query: Partial<MetricQuery> = {}): Promise<unknown> =>
  (await answers(metric, { ...all, ...query })).rows[0]?.visitors;

describe('a remembered answer', () => {
  it('is given again while the read model stays as it is', async () => {
    expect([await ask(), await ask(), reads]).toEqual([5, 5, 1]);
  });

  it('is for the very same question only', async () => {
    await ask();
    await ask({ by: ['channel'] });
    await ask({ from: '2018-01-01' });
    await ask({ to: '2018-01-01' });
    await ask({ where: [{ dimension: 'channel', value: 'null' }] });
    await ask({ where: [{ dimension: 'channel', value: null }] });
    expect(reads).toBe(6);
    await ask({ where: [{ value: null, dimension: 'channel' }] });
    expect(reads).toBe(6);
  });

  it('is dropped by a commit, also one that does not move the position', async () => {
    await ask();
    [visitors, batch] = [6, 2];
    expect([await ask(), reads]).toEqual([6, 2]);
  });

  it('is dropped by a swap of generations', async () => {
    await ask();
    [visitors, generation] = [7, 2];
    expect(await ask()).toBe(7);
  });

  it('is shared by those who ask meanwhile', async () => {
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([5, 5, 5]);
    expect(reads).toBe(1);
  });

  it('is not kept when a commit came while it was made', async () => {
    onRead = () => {
      onRead = () => undefined;
      [visitors, batch] = [8, 2];
    };
    await ask();
    visitors = 9;
    expect(await ask()).toBe(9);
  });
});

describe('a question without an answer', () => {
  it('is asked anew the next time', async () => {
    live = false;
    await expect(ask()).rejects.toThrow(UnknownProjection);
    live = true;
    expect(await ask()).toBe(5);
    onRead = () => {
      onRead = () => undefined;
      throw new Error('away');
    };
    await expect(ask({ by: ['channel'] })).rejects.toThrow('away');
    expect(await ask({ by: ['channel'] })).toBe(5);
  });

  it('is refused as ever', async () => {
    await expect(ask({ by: ['colour'] })).rejects.toThrow(InvalidQuery);
  });
});

it('does not remember an answer of thousands of rows', async () => {
  rows = 2_001;
  expect([await ask(), await ask(), reads]).toEqual([5, 5, 2]);
});

it('forgets the answers that were asked for longest ago', async () => {
  answers = start(2);
  const days = ['2018-01-01', '2018-01-02', '2018-01-03'];
  for (const from of days) await ask({ from });
  await ask({ from: '2018-01-02' });
  expect(reads).toBe(3);
  await ask({ from: '2018-01-01' });
  await ask({ from: '2018-01-02' });
  expect(reads).toBe(4);
  await ask({ from: '2018-01-03' });
  expect(reads).toBe(5);
});
