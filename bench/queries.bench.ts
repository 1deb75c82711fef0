import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { logFile, openEngine, parseSettings } from '../libs/engine/index.ts';
import { benchFolder } from './bare-log.ts';
import { writeHistory } from './history.ts';
import { startServer } from './http-load.ts';
import type { Benchmark, BenchResult } from './port.ts';
import { median } from './rounds.ts';

interface Endpoint {
  readonly path: string;
  /** p99 at most, ms. */
  readonly wanted: number;
}

/** Where a median or 90th percentile is asked over all of history, it may take longer. */
const [short, long] = [10, 25];

const metrics: readonly Endpoint[] = [
  { path: '/v1/funnel', wanted: short },
  { path: '/v1/funnel?by=origin', wanted: short },
  { path: '/v1/funnel?by=campaign', wanted: long },
  { path: '/v1/funnel?by=cohortMonth', wanted: long },
  { path: '/v1/funnel?by=origin&within=30', wanted: long },
  { path: '/v1/funnel?by=origin&from=2025-04-01&to=2025-07-01', wanted: short },
  { path: '/v1/funnel?by=origin&from=2025-02-10&to=2025-11-20', wanted: long },
  { path: '/v1/sales-cycle', wanted: long },
  { path: '/v1/sales-cycle?by=origin', wanted: long },
  { path: '/v1/sales-cycle?by=owner', wanted: long },
  { path: '/v1/sales-cycle?by=wonMonth', wanted: long },
  { path: '/v1/sales-cycle?by=origin&stages=1', wanted: long },
  { path: '/v1/close-rate?by=origin', wanted: short },
  { path: '/v1/close-rate?by=origin&from=2025-02-10&to=2025-11-20', wanted: short },
  { path: '/v1/churn?grain=month', wanted: short },
  { path: '/v1/churn?grain=quarter&from=2025-01-01&to=2026-01-01', wanted: short },
  { path: '/v1/retention?grain=month', wanted: short },
  { path: '/v1/revenue?grain=month', wanted: short },
  { path: '/v1/revenue?grain=month&by=origin', wanted: short },
  { path: '/v1/funnel?events=EmailSent,EmailOpened,LinkClicked&within=7d', wanted: long },
];

const others: readonly Endpoint[] = [
  { path: '/v1/leads?band=hot', wanted: short },
  { path: '/v1/leads?band=cold&sort=-score', wanted: short },
  { path: '/v1/leads?stage=sql&limit=100', wanted: short },
  { path: '/v1/leads?origin=social&band=warm', wanted: short },
  { path: '/v1/leads/{lead}', wanted: short },
  { path: '/v1/leads/{lead}/score', wanted: short },
  { path: '/v1/leads/{lead}/timeline', wanted: short },
  { path: '/v1/events?type=OpportunityWon', wanted: short },
  { path: '/v1/events?leadId={lead}', wanted: short },
  { path: '/v1/projections', wanted: short },
  { path: '/v1/projections/lead-funnel/cells?by=origin', wanted: short },
  { path: '/v1/explain/lead-funnel?where=origin:social', wanted: short },
  { path: '/v1/explain/lead-funnel?entity={lead}', wanted: short },
];

const lead = 'l0000ab';

const percentileOf = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length - 1) * p)] ?? NaN;

const timed = async (url: string): Promise<number> => {
  const start = performance.now();
  const answer = await fetch(url);
  await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - start;
};

const post = async <Answer>(url: string, body: object): Promise<Answer> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as Answer;
};

/** Somebody comes in and is sent a mail, and that is in the read models: what was remembered of them is worth nothing any more. */
const disturb = async (url: string): Promise<void> => {
  const email = `${crypto.randomUUID()}@example.com`;
  const { id } = await post<{ readonly id: string }>(`${url}/v1/leads`, { origin: 'social', email });
  const sent = { id: crypto.randomUUID(), type: 'EmailSent', leadId: id, channel: 'email' };
  type Recorded = { readonly results: readonly { readonly position?: number }[] };
  const { results } = await post<Recorded>(`${url}/v1/touchpoints`, { touchpoints: [sent] });
  const position = results[0]?.position ?? NaN;
  for (const metric of ['funnel', 'sales-cycle', 'churn', 'revenue'])
    await timed(`${url}/v1/${metric}?atLeast=${position}`);
};

export const benchmark: Benchmark = {
  name: 'queries',
  description:
    'every query over HTTP at 1 M events, one at a time; before each question about a metric somebody comes in and is sent a mail, so that no answer is remembered',
  run: async ({ log, quick = false }) => {
    const folder = benchFolder();
    const dataDir = join(folder.path, 'data');
    const settings = parseSettings({ LEADFOLD_DATA: dataDir });
    mkdirSync(dataDir);
    const leads = writeHistory(logFile(settings), quick ? 10_000 : 1_000_000, { orders: true });
    log(`queries: a history of ${leads} leads is written`);
    const engine = await openEngine(settings);
    await engine.projector.catchUp();
    await engine.close();
    log('queries: the read models have caught up');
    const server = await startServer(dataDir, 'calm');
    const times = quick ? 3 : 100;
    const results: BenchResult[] = [];
    const measure = async ({ path, wanted }: Endpoint, before: () => Promise<void>): Promise<void> => {
      const url = server.url + path.replace('{lead}', lead);
      for (let warm = 0; warm < 5; warm++) await timed(url);
      const rounds: { readonly p50: number; readonly p99: number }[] = [];
      for (let round = 0; round < (quick ? 1 : 5); round++) {
        const taken: number[] = [];
        for (let n = 0; n < times; n++) {
          await before();
          taken.push(await timed(url));
        }
        rounds.push({ p50: percentileOf(taken, 0.5), p99: percentileOf(taken, 0.99) });
      }
      // Machines are noisy: the middle one of the rounds.
      const [p50, p99] = [median(rounds.map(round => round.p50)), median(rounds.map(round => round.p99))];
      log(`${path}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
      const target = { target: `≤ ${wanted} ms`, reached: p99 <= wanted };
      results.push({ name: path, value: p99, unit: 'ms (p99)', limit: null, ratio: null, ...target });
    };
    try {
      for (const endpoint of metrics) await measure(endpoint, () => disturb(server.url));
      for (const endpoint of others) await measure(endpoint, () => Promise.resolve());
      await measure({ path: '/v1/funnel?by=origin', wanted: short }, () => Promise.resolve());
      return results;
    } finally {
      await server.end();
      folder.remove();
    }
  },
};
