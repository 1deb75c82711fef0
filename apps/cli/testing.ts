import { PassThrough } from 'node:stream';
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
