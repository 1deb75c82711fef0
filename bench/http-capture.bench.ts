import { join } from 'node:path';
import { benchFolder } from './bare-log.ts';
import { load, startServer } from './http-load.ts';
import type { Benchmark } from './port.ts';
import { compare, median } from './rounds.ts';

const connections = 32;
const patienceMs = 25;

export const benchmark: Benchmark = {
  name: 'http-capture',
  description:
    'POST /v1/leads with an e-mail, durable, 32 connections, all roles running, against the same route that stores nothing',
  run: async options => {
    const folder = benchFolder();
    const ours = await startServer(join(folder.path, 'ours'), 'ours');
    const bare = await startServer(join(folder.path, 'bare'), 'bare');
    const amount = options.quick === true ? 500 : 10_000;
    const latencies: number[] = [];
    let leads = 0;
    const capture = (url: string): ReturnType<typeof load> =>
      load({
        url: `${url}/v1/leads`,
        connections,
        amount,
        body: () => ({
          email: `lead-${++leads}@example.com`,
          name: 'Ada King',
          company: 'Analytical Engines Ltd',
          origin: 'organic_search',
          landingPage: 'https://www.example.com/pricing?utm_source=newsletter',
        }),
      });
    try {
      const rate = await compare(
        {
          name: 'http-capture',
          unit: 'requests/s',
          rounds: options.quick === true ? 1 : 8,
          wanted: 0.5,
          ours: async round => {
            const { answered, p99 } = await capture(ours.url);
            if (round > 0) latencies.push(p99);
            return answered;
          },
          bare: async () => (await capture(bare.url)).answered,
        },
        options,
      );
      const p99 = median(latencies);
      return [
        rate,
        {
          name: 'http-capture-p99',
          value: p99,
          unit: 'ms',
          limit: null,
          ratio: null,
          target: `≤ ${patienceMs} ms`,
          reached: p99 <= patienceMs,
        },
      ];
    } finally {
      await ours.end();
      await bare.end();
      folder.remove();
    }
  },
};
