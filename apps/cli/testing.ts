import { PassThrough } from 'node:stream';
import type { ExitCode } from './exit.ts';
import { run } from './run.ts';
import type { Output, Terminal } from './terminal.ts';

/** A terminal that remembers, for specs. */
export interface FakeTerminal extends Terminal {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly stop: () => void;
}

/** @param tty whether both streams are a terminal, 80 columns wide */
export const fakeTerminal = ({
  tty = false,
  environment = {},
}: { readonly tty?: boolean; readonly environment?: Terminal['environment'] } = {}): FakeTerminal => {
  const [stdout, out] = recorder(tty);
  const [stderr, err] = recorder(tty);
  const controller = new AbortController();
  return { stdout, stderr, out, err, environment, signal: controller.signal, stop: () => controller.abort() };
};

const recorder = (tty: boolean): readonly [Output, () => string] => {
  const stream = new PassThrough();
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const extras = tty
    ? { isTTY: true, columns: 80, cursorTo: nothing, clearLine: nothing, moveCursor: nothing }
    : {};
  return [Object.assign(stream, extras) as Output, () => chunks.join('')];
};

const nothing = (): boolean => true;

/** How a command line ended that ran in this process. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line over a data folder, of which nothing else is known than what it says. */
export const runIn =
  (data: string, environment: Terminal['environment'] = {}) =>
  async (...words: readonly string[]): Promise<Ran> => {
    const terminal = fakeTerminal({ environment });
    const code = await run([...words, '--data', data], terminal);
    return { code, out: terminal.out(), err: terminal.err() };
  };
