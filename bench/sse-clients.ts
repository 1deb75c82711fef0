import { Agent, get } from 'node:http';

// Clients of a server's streams in a process of their own: `sse-clients.js URL CLIENTS TYPE…`. Each follows one type, in turn. Prints `open` when
// all are; then, for each line on stdin, what came since the line before; ends with its stdin.
const [url = '', clients = '0', ...types] = process.argv.slice(2);
const agent = new Agent({ maxSockets: Infinity });
const marker = '"recordedtime":"';
const instantLength = '2026-01-01T00:00:00.000Z'.length;

/** How many deliveries came so many ms after they were recorded. */
let delays = new Map<number, number>();
let open = 0;

const take = (text: string): void => {
  const now = Date.now();
  for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(marker, at + marker.length)) {
    const begin = at + marker.length;
    const delay = now - Date.parse(text.slice(begin, begin + instantLength));
    delays.set(delay, (delays.get(delay) ?? 0) + 1);
  }
};

const follow = (type: string): void => {
  get(`${url}/v1/events/stream?types=${type}`, { agent }, response => {
    response.setEncoding('utf8');
    // A chunk may end within an event; what is not whole waits for the rest.
    let rest = '';
    response.on('data', (chunk: string) => {
      const text = rest + chunk;
      const end = text.lastIndexOf('\n\n') + 2;
      take(text.slice(0, end));
      rest = text.slice(end);
    });
    response.on('end', () => {
      throw new Error('a stream ended');
    });
    if (++open === Number(clients)) process.stdout.write('open\n');
  });
};

const percentile = (sorted: readonly (readonly [number, number])[], count: number, part: number): number => {
  let seen = 0;
  for (const [delay, times] of sorted) {
    seen += times;
    if (seen >= count * part) return delay;
  }
  return NaN;
};

const report = (): string => {
  const sorted = [...delays].sort(([a], [b]) => a - b);
  const count = sorted.reduce((sum, [, times]) => sum + times, 0);
  delays = new Map();
  return JSON.stringify({
    count,
    p50: percentile(sorted, count, 0.5),
    p99: percentile(sorted, count, 0.99),
    longest: sorted.at(-1)?.[0] ?? NaN,
  });
};

for (let n = 0; n < Number(clients); n++) follow(types[n % types.length] ?? '');
process.stdin.on('data', () => process.stdout.write(`${report()}\n`));
process.stdin.on('end', () => process.exit(0));
