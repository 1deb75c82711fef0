import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ImportProgress } from '../../libs/importing/index.ts';
import { contentOf, header, openWorkspace, visit, visits, type ImportWorkspace } from './import-workspace.ts';

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace();
});
afterEach(() => space.dispose());

describe('progress and stopping', () => {
  it('is told after each window, up to the end', async () => {
    const steps: ImportProgress[] = [];
    const file = space.zip('a.csv.gz', visits(9_000));
    const { total } = await space.run([file], { onProgress: step => steps.push(step) });
    expect(steps.length).toBeGreaterThan(3);
    const last = steps.at(-1);
    expect(last).toEqual({ file, bytesRead: statSync(file).size, bytesTotal: statSync(file).size, ...total });
    const rows = steps.map(step => step.rows);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
  });

  it('ends after the window under way, says so, and goes on where it stopped', async () => {
    const stop = new AbortController();
    const files = [space.write('a.csv', visits(9_000)), space.write('b.csv', header + visit('q'))];
    const stopped = await space.run(files, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(stopped.aborted).toBe(true);
    expect(stopped.files).toHaveLength(1);
    expect(stopped.total.rows).toBeGreaterThan(0);
    expect(stopped.total.rows).toBeLessThan(5_000);
    expect(await space.store.head()).toBe(stopped.total.appended);
    const rest = await space.run(files);
    expect(rest).toMatchObject({
      aborted: false,
      total: { rows: 9_001, duplicates: stopped.total.appended },
    });
    expect(await space.store.head()).toBe(9_001);
  });

  it('does nothing when it was stopped before', async () => {
    const report = await space.run([space.write('a.csv', visits(3))], { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ aborted: true, files: [], total: { rows: 0 } });
    expect(await space.store.head()).toBe(0);
  });

  it('leaves the event loop its turns', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await space.run([space.write('a.csv', visits(10_000))]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });
});

describe('the same rows by way of resuming', () => {
  it('make the same log as in one go', async () => {
    const files = [space.write('a.csv', visits(5_000)), space.write('b.csv', header + visit('p1').repeat(3))];
    await space.run(files);
    const other = openWorkspace();
    try {
      await other.run(files.toReversed());
      expect(contentOf(await other.log())).toEqual(contentOf(await space.log()));
    } finally {
      await other.dispose();
    }
  });
});
