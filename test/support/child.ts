import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A running TypeScript program. */
export interface Child {
  /** Lines of its stdout so far. */
  readonly lines: readonly string[];
  /** Resolves when so many lines came, or when it has ended before. */
  until(lines: number): Promise<void>;
  /** `kill -9`: nothing of it runs any more when this resolves, and all that it printed is in `lines`. */
  kill(): Promise<void>;
  /** Sends it a signal; nothing happens where it has ended. */
  signal(name: NodeJS.Signals): void;
  /** Resolves with its exit code when it ends by itself; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it wrote to stderr. */
  errors(): string;
}

/** Runs a `.ts` file by this Node with arguments, and listens to what it prints. */
export const startChild = (file: string, args: readonly string[]): Child => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let stderr = '';
  let over = false;

  const notify = (): void => {
    for (const watch of watchers) watch();
  };
  createInterface({ input: child.stdout }).on('line', line => {
    lines.push(line);
    notify();
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => {
      over = true;
      notify();
      resolve(code);
    });
  });

  return {
    lines,
    ended,
    errors: () => stderr,
    until: count =>
      new Promise(resolve => {
        const watch = (): void => {
          if (lines.length < count && !over) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    signal: name => void child.kill(name),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** A repeatable source of numbers from 0 up to 1 (mulberry32); print the seed when a test fails. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Rounds of a crash test: `CRASH_ROUNDS`, 10 by default. */
export const crashRounds = Number(process.env.CRASH_ROUNDS ?? 10);

/** The seed of a crash test: `CRASH_SEED`, or a new one. */
export const crashSeed = Number(process.env.CRASH_SEED ?? Date.now() % 2 ** 32);
