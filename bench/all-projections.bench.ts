import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projections } from '../projections/index.ts';
import { benchFolder } from './bare-log.ts';
import { writeHistory } from './history.ts';
import type { Benchmark } from './port.ts';
import { median } from './rounds.ts';

const wanted = { ratio: 0.15, peakMiB: 600 } as const;

const program = fileURLToPath(
  new URL(`./projecting-child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

interface Ran {
  readonly count: number;
  readonly ms: number;
  readonly peakMiB: number;
}

const run = async (log: string, dir: string): Promise<Ran> => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, log, dir]);
  return JSON.parse(stdout) as Ran;
};

const rateOf = ({ count, ms }: Ran): number => (count * 1_000) / ms;

export const benchmark: Benchmark = {
  name: 'all-projections',
  description:
    'catch-up of all shipped projections over 1 M events, against reading and parsing the same rows and no more',
  run: async ({ log: say, quick = false }) => {
    const folder = benchFolder();
    const log = join(folder.path, 'events.db');
    const [count, rounds] = quick ? [10_000, 1] : [1_000_000, 3];
    try {
      const leads = writeHistory(log, count, { orders: true });
      say(`all-projections: ${count} events of ${leads} leads are written`);
      const ran: { readonly ours: Ran; readonly bare: Ran }[] = [];
      for (let round = 1; round <= rounds; round++) {
        const bare = await run(log, 'bare');
        const dir = join(folder.path, 'read');
        const ours = await run(log, dir);
        rmSync(dir, { recursive: true });
        ran.push({ ours, bare });
        const rates = `${rateOf(ours).toFixed(0)} against ${rateOf(bare).toFixed(0)} events/s`;
        say(`all-projections ${round}/${rounds}: ${rates}, ${ours.peakMiB.toFixed(0)} MiB`);
      }
      const value = median(ran.map(({ ours }) => rateOf(ours)));
      const limit = median(ran.map(({ bare }) => rateOf(bare)));
      const ratio = value / limit;
      const peak = Math.max(...ran.map(({ ours }) => ours.peakMiB));
      return [
        {
          name: `all-projections (${projections.length})`,
          value,
          unit: 'events/s',
          limit,
          ratio,
          target: `ratio ≥ ${wanted.ratio}`,
          reached: ratio >= wanted.ratio,
        },
        {
          name: 'all-projections-memory',
          value: peak,
          unit: 'MiB (peak RSS)',
          limit: null,
          ratio: null,
          target: `≤ ${wanted.peakMiB} MiB`,
          reached: peak <= wanted.peakMiB,
        },
      ];
    } finally {
      folder.remove();
    }
  },
};
