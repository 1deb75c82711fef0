import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ImportStopped, type ImportProgress } from '../../libs/importing/index.ts';
import { header, line, ordersIn, till } from './grouped-import.ts';
import { openWorkspace, type ImportWorkspace } from './import-workspace.ts';

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace(till);
});
afterEach(() => space.dispose());

const file = (rows: string, name = 'a.csv'): string => space.write(name, header + rows);
const orders = async () => ordersIn(await space.log());

describe('a file of groups that breaks off', () => {
  const rows = Array.from({ length: 9_000 }, (_, n) => line(`r${n % 4_500}`, 'a', '1')).join('');

  it.each([
    ['gzip that was cut', () => space.write('a.gz', gzipSync(header + rows).subarray(0, -2_000))],
    ['a quote that is left open', () => file(`${rows}"r1,2026-01-05\n`)],
  ])('as %s gives none of them, because any might go on', async (_, make) => {
    const stopped = await space.run([make()]).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(ImportStopped);
    expect(await space.store.head()).toBe(0);
    expect((stopped as ImportStopped).report.total.appended).toBe(0);
  });

  it('tells what was refused before', async () => {
    const stopped = await space
      .run([file(`${line('odd', 'a', '1')}${rows}"r1`)])
      .catch((error: unknown) => error);
    expect((stopped as ImportStopped).report).toMatchObject({
      total: { refused: 1, appended: 0 },
      refused: [{ line: 2, reason: 'is odd' }],
    });
  });
});

describe('progress and stopping', () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => line(`r${n % 10_000}`, 'a', '1')).join('');

  it('is told while rows are put aside and while they are taken', async () => {
    const steps: ImportProgress[] = [];
    const { total } = await space.run([file(rows)], { onProgress: step => steps.push(step) });
    const reading = steps.filter(({ aside }) => aside!.taken === 0);
    const taking = steps.filter(({ aside }) => aside!.taken > 0);
    expect(reading.length).toBeGreaterThan(3);
    expect(taking.length).toBeGreaterThan(3);
    expect(reading.at(-1)).toMatchObject({ rows: 0, aside: { rows: 20_000 } });
    expect(steps.at(-1)).toMatchObject({ ...total, aside: { rows: 20_000, taken: 20_000 } });
    const done = steps.map(step => step.aside!.rows + step.aside!.taken);
    expect(done).toEqual([...done].sort((one, other) => one - other));
  });

  it.each([
    ['put aside', 0],
    ['taken', 1],
  ])('ends after the step under way while rows are %s, and goes on from there', async (_, least) => {
    const stop = new AbortController();
    const stopped = await space.run([file(rows)], {
      signal: stop.signal,
      onProgress: ({ aside }) => {
        if (aside!.taken >= least) stop.abort();
      },
    });
    expect(stopped.aborted).toBe(true);
    expect(await space.store.head()).toBe(stopped.total.appended);
    expect(stopped.total.appended > 0).toBe(least > 0);
    expect(stopped.total.appended).toBeLessThan(20_000);
    const rest = await space.run([file(rows)]);
    expect(rest.total).toMatchObject({ rows: 20_000, duplicates: stopped.total.appended, refused: 0 });
    expect(await orders()).toHaveLength(10_000);
  });
});
