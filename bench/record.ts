import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BenchResult } from './port.ts';

/** What a number depends on besides the program. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
}

export const describeMachine = (): Machine => {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
};

/**
 * Writes a benchmark's results to `<folder>/<name>.json`, with the machine, the date and the command.
 *
 * @returns the file's path
 */
export const recordResults = (
  folder: string,
  name: string,
  results: readonly BenchResult[],
  command = `npm run bench -- ${name}`,
): string => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  const record = { name, date: new Date().toISOString(), command, machine: describeMachine(), results };
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
  return file;
};
