import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

/** A server that runs in a process of its own. */
export interface Served {
  readonly url: string;
  end(): Promise<void>;
}

// The server has decorators, which Node doesn't run from source.
const program = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../dist/bench/http-child.js' : './http-child.js',
    import.meta.url,
  ),
);

/** Starts the server over a folder: ours with all its roles (`calm`: without the scheduler), or the one that stores nothing. */
export const startServer = async (folder: string, kind: 'ours' | 'calm' | 'bare'): Promise<Served> => {
  const child = spawn(process.execPath, [program, folder, kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error(`the server over ${folder} ended before it listened`))),
  ])) as [Buffer];
  return {
    url: line.toString().trim(),
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
};

export interface Load {
  readonly url: string;
  readonly connections: number;
  /** Requests in all. */
  readonly amount: number;
  /** The body of the nth request, to POST; a GET where left out. */
  readonly body?: (n: number) => unknown;
}

export interface Loaded {
  /** Answers that were a success. */
  readonly answered: number;
  /** 99 of 100 answers came within so many ms. */
  readonly p99: number;
}

/** Sends requests, one after the other on each connection. @throws Error when one of them fails */
export const load = async ({ url, connections, amount, body }: Load): Promise<Loaded> => {
  let n = 0;
  const times: number[] = [];
  const result = await autocannon({
    url,
    connections,
    amount,
    // It ends with a sample; the usual second would round the time that is measured.
    sampleInt: 10,
    // Its own histogram counts whole ms, and some answers take less than one.
    setupClient: client => client.on('response', (_status, _bytes, ms) => times.push(ms)),
    ...(body && {
      requests: [
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          setupRequest: request => ({ ...request, body: JSON.stringify(body(n++)) }),
        },
      ],
    }),
  });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${failed} of ${amount} requests to ${url} failed`);
  return { answered: result['2xx'], p99: percentile(times, 0.99) };
};

const percentile = (times: readonly number[], part: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * part) - 1] ?? NaN;
