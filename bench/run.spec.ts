import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { BenchResult } from './port.ts';
import { compare, median } from './rounds.ts';
import { benchmarkNames, recordResults, runBenchmarks, tableOf } from './run.ts';

const result: BenchResult = {
  name: 'append-one',
  value: 4_000,
  unit: 'appends/s',
  limit: 5_000,
  ratio: 0.8,
  target: 'ratio ≥ 0.7',
  reached: true,
};

describe('median', () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 8, 100, 1], 9],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is NaN', () => {
    expect(median([])).toBeNaN();
  });
});

describe('comparing in rounds', () => {
  const busy = (ms: number): void => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };

  it('takes turns, leaves the first round out and gives ours ÷ bare', async () => {
    const turns: string[] = [];
    const lines: string[] = [];
    const compared = await compare(
      {
        name: 'x',
        unit: 'things/s',
        rounds: 3,
        wanted: 0.4,
        prepare: round => turns.push(`p${round}`),
        ours: round => {
          turns.push(`o${round}`);
          busy(round === 0 ? 1 : 20);
          return 100;
        },
        bare: round => {
          turns.push(`b${round}`);
          busy(round === 0 ? 1 : 10);
          return 100;
        },
      },
      { log: line => lines.push(line) },
    );
    expect(turns).toEqual(['p0', 'o0', 'b0', 'p1', 'b1', 'o1', 'p2', 'o2', 'b2', 'p3', 'b3', 'o3']);
    expect(lines).toHaveLength(3);
    expect(compared.ratio).toBeCloseTo(compared.value / compared.limit!, 9);
    expect(compared.ratio).toBeGreaterThan(0.25);
    expect(compared.ratio).toBeLessThan(0.8);
    expect(compared.target).toBe('ratio ≥ 0.4');
  });

  it('says when what was wanted was missed', async () => {
    const compared = await compare(
      {
        name: 'x',
        unit: 'things/s',
        rounds: 1,
        wanted: 2,
        ours: () => (busy(5), 1),
        bare: () => (busy(5), 1),
      },
      { log: () => undefined },
    );
    expect(compared.reached).toBe(false);
  });
});

describe('results', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are recorded with the machine, the date and the command', () => {
    const file = recordResults(join(folder, 'results'), 'append-one', [result]);
    const record = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(file).toBe(join(folder, 'results', 'append-one.json'));
    expect(record).toMatchObject({
      name: 'append-one',
      command: 'npm run bench -- append-one',
      machine: { node: process.version, cores: cpus().length },
      results: [result],
    });
    expect(Date.parse(record.date as string)).toBeGreaterThan(0);
  });

  it('are shown in a table, the missed ones loudly', () => {
    const table = tableOf([
      result,
      {
        name: 'funnel-query',
        value: 12.3456,
        unit: 'ms',
        limit: null,
        ratio: null,
        target: '≤ 10 ms',
        reached: false,
      },
    ]);
    expect(table).toMatch(/append-one.*4,000.*appends\/s.*5,000.*0\.8.*reached/);
    expect(table).toMatch(/funnel-query.*12\.35.*ms.*≤ 10 ms.*MISSED/);
  });

  it('of a benchmark that does not exist name those that do', async () => {
    await expect(runBenchmarks(['append-one', 'nonsense'])).rejects.toThrow(
      /no benchmark nonsense; .*append-100/,
    );
  });

  it.each(['append-one', 'append-100'])('of %s come from a run', async name => {
    expect(benchmarkNames()).toContain(name);
    const printed: string[] = [];
    const log: string[] = [];
    const found = await runBenchmarks([name], {
      json: true,
      quick: true,
      record: folder,
      print: text => printed.push(text),
      log: line => log.push(line),
    });
    expect(JSON.parse(printed.join(''))).toEqual(found);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ name, unit: 'appends/s' });
    expect(found[0]!.value).toBeGreaterThan(0);
    expect(found[0]!.ratio).toBeCloseTo(found[0]!.value / found[0]!.limit!, 9);
    expect(log[0]).toContain(name);
    expect(readFileSync(join(folder, `${name}.json`), 'utf8')).toContain('appends/s');
  });
});
