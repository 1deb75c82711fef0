import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { logFile, openEngine, parseSettings } from '../libs/engine/index.ts';
import { benchFolder } from './bare-log.ts';
import { writeHistory } from './history.ts';
import { load, startServer } from './http-load.ts';
import type { Benchmark } from './port.ts';
import { median } from './rounds.ts';

const wantedMs = 10;

/** A quick answer is worth nothing when it is not the answer. */
const checkAnswer = async (url: string, leads: number): Promise<void> => {
  const { rows } = (await (await fetch(url)).json()) as {
    readonly rows: readonly { readonly stage: string; readonly count: number }[];
  };
  const entered = rows.filter(({ stage }) => stage === 'visitor').reduce((sum, { count }) => sum + count, 0);
  if (entered !== leads) throw new Error(`the funnel has ${entered} leads, the history ${leads}`);
};

export const benchmark: Benchmark = {
  name: 'funnel-query',
  description: 'GET /v1/funnel?by=origin over a history of 1 M events, one request at a time',
  run: async options => {
    const folder = benchFolder();
    const dataDir = join(folder.path, 'data');
    const settings = parseSettings({ LEADFOLD_DATA: dataDir });
    mkdirSync(dataDir);
    const count = options.quick === true ? 10_000 : 1_000_000;
    const leads = writeHistory(logFile(settings), count);
    options.log(`funnel-query: ${count} events of ${leads} leads are written`);
    const engine = await openEngine(settings);
    await engine.projector.catchUp();
    await engine.close();
    options.log('funnel-query: the read models have caught up');
    const server = await startServer(dataDir, 'calm');
    const url = `${server.url}/v1/funnel?by=origin`;
    const latencies: number[] = [];
    const rounds = options.quick === true ? 1 : 8;
    try {
      await checkAnswer(url, leads);
      for (let round = 0; round <= rounds; round++) {
        const { p99 } = await load({ url, connections: 1, amount: 500 });
        if (round === 0) continue;
        latencies.push(p99);
        options.log(`funnel-query ${round}/${rounds}: p99 ${p99} ms`);
      }
      const value = median(latencies);
      return [
        {
          name: 'funnel-query',
          value,
          unit: 'ms (p99)',
          limit: null,
          ratio: null,
          target: `≤ ${wantedMs} ms`,
          reached: value <= wantedMs,
        },
      ];
    } finally {
      await server.end();
      folder.remove();
    }
  },
};
