import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A running Java program. */
export interface Java {
  /** Resolves when nothing of it runs any more. */
  readonly ended: Promise<void>;
  /** What it printed last. */
  tail(): string;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

const remembered = 40;

/** Runs a class of the jars in a folder. It ends with this process at the latest. */
export const runJava = (
  jars: string,
  main: string,
  args: readonly string[],
  log: (line: string) => void = () => undefined,
): Java => {
  const options = ['-Xmx512m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const child: ChildProcess = spawn('java', [...options, '-cp', `${jars}/*`, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', line => {
      lines.push(line);
      if (lines.length > remembered) lines.shift();
      log(line);
    });
  }
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  const ended = once(child, 'close').then(
    () => void process.off('exit', onExit),
    (error: unknown) => {
      process.off('exit', onExit);
      lines.push(error instanceof Error ? error.message : String(error));
    },
  );
  return { ended, tail: () => lines.join('\n'), kill: signal => void child.kill(signal) };
};
