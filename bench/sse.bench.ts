import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { benchFolder } from './bare-log.ts';
import { startServer } from './http-load.ts';
import type { Benchmark, BenchOptions, BenchResult } from './port.ts';
import { median } from './rounds.ts';

const wanted = { clients: 1_000, deliveries: 20_000, p99: 250, memory: 400 } as const;
/** Each is followed by as many clients as the others. */
const kinds = [
  ['EmailSent', 'leadfold.email.sent'],
  ['EmailOpened', 'leadfold.email.opened'],
  ['LinkClicked', 'leadfold.email.clicked'],
  ['EmailUnsubscribed', 'leadfold.email.unsubscribed'],
] as const;
/** Between two commands, ms. */
const beat = 50;
const tick = 1_000;

const program = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../dist/bench/sse-clients.js' : './sse-clients.js',
    import.meta.url,
  ),
);

interface Report {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

interface Clients {
  /** What came since it was asked last. */
  readonly report: () => Promise<Report>;
  readonly end: () => Promise<void>;
}

const startClients = async (url: string, count: number): Promise<Clients> => {
  const types = kinds.map(([, type]) => type);
  const child = spawn(process.execPath, [program, url, `${count}`, ...types], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done === true) throw new Error('the clients have ended');
    return next.value;
  };
  await line();
  return {
    report: async () => {
      child.stdin.write('\n');
      return JSON.parse(await line()) as Report;
    },
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
};

const post = async (url: string, body: unknown): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  await response.arrayBuffer();
};

/** The server's resident memory, MiB. */
const memoryOf = async (url: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 2 ** 20;
};

/** Records facts at a steady rate, as a mail system tells of them, until it is told to stop. */
const tell = (url: string, perSecond: number): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let told = 0;
    const begin = performance.now();
    while (!stopping.signal.aborted) {
      await pause(beat);
      const due = Math.floor(((performance.now() - begin) * perSecond) / 1_000);
      const touchpoints = Array.from({ length: due - told }, (_, n) => ({
        id: `${process.pid}-${told + n}`,
        type: kinds[(told + n) % kinds.length]?.[0],
        leadId: 'lead-1',
        campaign: 'spring',
      }));
      told = due;
      if (touchpoints.length > 0) await post(`${url}/v1/touchpoints`, { touchpoints });
    }
  };
  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
};

const run = async ({ log, quick = false }: BenchOptions): Promise<readonly BenchResult[]> => {
  const folder = benchFolder();
  const server = await startServer(folder.path, 'ours');
  const count = quick ? 100 : wanted.clients;
  // A little more, so that a late command doesn't leave it short.
  const rate = (1.01 * wanted.deliveries * kinds.length) / wanted.clients;
  const seconds = quick ? 2 : 30;
  await post(`${server.url}/v1/leads`, { id: 'lead-1', email: 'ann@example.org' });
  const clients = await startClients(server.url, count);
  log(`sse: ${count} clients are there, ${Math.round(await memoryOf(server.url))} MiB`);
  const telling = tell(server.url, rate);
  const reports: Report[] = [];
  let memory = 0;
  try {
    // The first seconds warm up.
    await pause(2 * tick);
    await clients.report();
    const begin = performance.now();
    for (let n = 0; n < seconds; n++) {
      await pause(tick);
      reports.push(await clients.report());
      memory = Math.max(memory, await memoryOf(server.url));
    }
    const deliveries = reports.reduce((sum, report) => sum + report.count, 0);
    const perSecond = (deliveries * 1_000) / (performance.now() - begin);
    // Of the worst second.
    const p99 = Math.max(...reports.map(report => report.p99));
    const longest = Math.max(...reports.map(report => report.longest));
    log(`sse: p50 ${median(reports.map(report => report.p50))} ms, longest ${longest} ms`);
    const result = (
      name: string,
      value: number,
      unit: string,
      target: string,
      reached: boolean,
    ): BenchResult => ({
      name,
      value,
      unit,
      limit: null,
      ratio: null,
      ...(quick ? {} : { target, reached }),
    });
    return [
      result(
        'sse-deliveries',
        perSecond,
        'deliveries/s',
        `≥ ${wanted.deliveries}, ${wanted.clients} clients`,
        perSecond >= wanted.deliveries,
      ),
      result('sse-p99', p99, 'ms', `≤ ${wanted.p99} ms`, p99 <= wanted.p99),
      result('sse-memory', memory, 'MiB', `≤ ${wanted.memory} MB`, memory * 2 ** 20 <= wanted.memory * 1e6),
    ];
  } finally {
    await telling.stop();
    await clients.end();
    await server.end();
    folder.remove();
  }
};

export const benchmark: Benchmark = {
  name: 'sse',
  description:
    '1,000 clients of GET /v1/events/stream, each following one type, 20,000 deliveries a second in all, all roles running; from recorded to received',
  run,
};
