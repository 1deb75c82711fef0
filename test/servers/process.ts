import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that runs beside the tests. */
export interface Program {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it doesn't run any more. */
  readonly ended: Promise<void>;
  /** What it printed last. */
  tail(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface ProgramOptions {
  readonly log?: ((line: string) => void) | undefined;
  /** Whose it is, where that isn't this process's user. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}

const remembered = 40;

/** Runs a program; it ends with this process at the latest. */
export const runProgram = (
  file: string,
  args: readonly string[],
  { log = () => undefined, owner, environment = {} }: ProgramOptions = {},
): Program => {
  const child: ChildProcess = spawn(file, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    ...owner,
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
  return { pid: child.pid, ended, tail: () => lines.join('\n'), kill: signal => void child.kill(signal) };
};

/** Runs a program to its end. @throws Error with its last lines when it fails */
export const runToEnd = async (
  file: string,
  args: readonly string[],
  options: ProgramOptions & { readonly cwd?: string } = {},
): Promise<string> => {
  const { cwd, owner, environment = {} } = options;
  const child = spawn(file, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    ...(cwd === undefined ? {} : { cwd }),
    ...owner,
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => printed.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${file} ${args[0] ?? ''}: ${printed.slice(-remembered).join('\n')}`);
  return printed.join('\n');
};
