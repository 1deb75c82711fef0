import { once } from 'node:events';
import type { WriteStream } from 'node:tty';
import { wrapLines } from './output/text.ts';

/** A stream that may be a terminal. */
export type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

/** What a command may use of the outside world. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C, or when nobody reads the results any more: finish what is under way and end. */
  readonly signal: AbortSignal;
}

/** Writes a result to stdout, in the reader's pace. */
export const print = async ({ stdout }: Terminal, text: string): Promise<void> => {
  if (!stdout.write(`${text}\n`)) await once(stdout, 'drain');
};

/** Tells the person at the terminal something that is no result. */
export const say = ({ stderr }: Terminal, text: string): void => {
  stderr.write(`${stderr.isTTY === true ? wrapLines(text, stderr.columns ?? 80) : text}\n`);
};

/** Columns that a table may take; null where the output goes to a file or program. */
export const widthOf = ({ stdout }: Terminal): number | null =>
  stdout.isTTY === true ? (stdout.columns ?? 80) : null;

/** Waits for Ctrl-C. */
export const untilAborted = ({ signal }: Terminal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
