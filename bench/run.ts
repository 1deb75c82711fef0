import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Table from 'cli-table3';
import type { Benchmark, BenchResult } from './port.ts';
import { recordResults } from './record.ts';

export { describeMachine, recordResults, type Machine } from './record.ts';

export interface RunOptions {
  /** Prints the results as JSON instead of a table. */
  readonly json?: boolean;
  readonly quick?: boolean;
  /** Writes `<folder>/<name>.json` for each benchmark. */
  readonly record?: string;
  readonly log?: (line: string) => void;
  readonly print?: (text: string) => void;
}

const here = dirname(fileURLToPath(import.meta.url));
const ending = /\.bench\.(ts|js)$/;

/** Names of the benchmarks there are. */
export const benchmarkNames = (): readonly string[] =>
  readdirSync(here)
    .filter(file => ending.test(file))
    .map(file => file.replace(ending, ''))
    .sort();

const load = async (name: string): Promise<Benchmark> => {
  const file = readdirSync(here).find(
    entry => ending.test(entry) && basename(entry).replace(ending, '') === name,
  );
  if (file === undefined)
    throw new Error(`there is no benchmark ${name}; there are ${benchmarkNames().join(', ')}`);
  const module = (await import(pathToFileURL(join(here, file)).href)) as { readonly benchmark: Benchmark };
  return module.benchmark;
};

const rounded = (value: number | null): string =>
  value === null ? '' : value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });

/** A table of results, for people. */
export const tableOf = (results: readonly BenchResult[]): string => {
  const table = new Table({
    head: ['name', 'value', 'unit', 'bare', 'ratio', 'wanted', ''],
    style: { head: [], border: [] },
  });
  for (const { name, value, unit, limit, ratio, target, reached } of results)
    table.push([
      name,
      rounded(value),
      unit,
      rounded(limit),
      rounded(ratio),
      target ?? '',
      reached === undefined ? '' : reached ? 'reached' : 'MISSED',
    ]);
  return table.toString();
};

/**
 * Runs benchmarks one after the other, all of them where none is named, and prints the results on stdout and progress on
 * stderr.
 *
 * @throws Error when there is no benchmark of a name; nothing is run then
 */
export const runBenchmarks = async (
  names: readonly string[],
  {
    json = false,
    quick = false,
    record,
    log = line => process.stderr.write(`${line}\n`),
    print = text => process.stdout.write(`${text}\n`),
  }: RunOptions = {},
): Promise<readonly BenchResult[]> => {
  const benchmarks: Benchmark[] = [];
  for (const name of names.length === 0 ? benchmarkNames() : names) benchmarks.push(await load(name));
  const results: BenchResult[] = [];
  for (const benchmark of benchmarks) {
    log(`${benchmark.name}: ${benchmark.description}`);
    const found = await benchmark.run({ log, quick });
    if (record !== undefined) recordResults(record, benchmark.name, found);
    results.push(...found);
  }
  print(json ? JSON.stringify(results, null, 2) : tableOf(results));
  return results;
};
