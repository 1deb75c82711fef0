import type { Engine } from '../../../libs/engine/port.ts';
import { catchUp } from '../catch-up.ts';
import { doneUnlessStopped, settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { makeFolder } from '../data-folder.ts';
import { demoState, type DemoState } from '../demo-state.ts';
import { CommandFailed, exit, type ExitCode } from '../exit.ts';
import { otherLog } from '../log-places.ts';
import { filled, whole } from '../options.ts';
import { showDemo } from '../output/demo.ts';
import { progress } from '../output/progress.ts';
import { count } from '../output/values.ts';
import { say, type Terminal } from '../terminal.ts';
import { runServer } from './serve.ts';

interface DemoOptions extends CommonOptions {
  readonly leads: number;
  readonly seed: string;
  readonly serve?: boolean;
}

const help = `
Examples:
  $ leadfold demo
  $ leadfold demo --leads 10000 --seed spring --data /tmp/big
  $ leadfold demo --serve

The same seed on the same day gives the same numbers. Names and addresses are made up. After Ctrl-C the same command goes
on from where it stopped.`;

/** `leadfold demo`: a made-up year of a small business. */
export const addDemo = (cli: Cli): void => {
  cli.program
    .command('demo')
    .description('fills an empty data folder with a made-up year of a small business, and shows its numbers')
    .option('--leads <number>', 'how many leads', whole(1, 1_000_000), 1_000)
    .option('--seed <text>', 'another one gives another history', filled, '1')
    .option('--serve', 'serve the folder afterwards; one that is in use already is served as it is')
    .addHelpText('after', help)
    .action(
      cli.action(async (options: DemoOptions) => {
        const { terminal } = cli;
        const settings = await settingsOf(cli, options);
        await makeFolder(settings);
        const code = await withEngine(settings, engine => fill(terminal, engine, options));
        return code === exit.done && options.serve === true ? runServer(terminal, settings) : code;
      }),
    );
};

const fill = async (terminal: Terminal, engine: Engine, options: DemoOptions): Promise<ExitCode> => {
  const state = await demoState(engine, options);
  if (state.kind === 'open') {
    const written = await write(terminal, engine, state);
    if (written === exit.stopped) return written;
  } else if (options.serve !== true) {
    throw new CommandFailed(`${state.sentence}; ${otherLog(engine)}`);
  } else {
    say(terminal, `${state.sentence}; serving it as it is`);
    return exit.done;
  }
  await catchUp(terminal, engine);
  if (!terminal.signal.aborted) await showDemo(terminal, engine, options);
  return doneUnlessStopped(terminal);
};

const write = async (
  terminal: Terminal,
  engine: Engine,
  state: Extract<DemoState, { kind: 'open' }>,
): Promise<ExitCode> => {
  const { demoId, writeSteps } = await import('../../../libs/demo/index.ts');
  if (state.resumed) say(terminal, 'going on with the demo that was interrupted');
  const started = performance.now();
  const shown = progress(terminal, 'writing the demo', 'steps');
  const { done, total } = await writeSteps(engine.commands, state.steps, {
    actor: 'demo',
    correlationId: demoId(state.demo),
    signal: terminal.signal,
    onProgress: written => shown.update(written.done, written.total),
  }).finally(() => shown.end());
  if (done < total) {
    say(
      terminal,
      `stopped after ${count(done)} of ${count(total)} steps; the same command goes on from there`,
    );
    return exit.stopped;
  }
  const took = ((performance.now() - started) / 1_000).toFixed(1);
  say(terminal, `${count(total)} steps of ${count(state.demo.leads)} leads written in ${took} s`);
  return exit.done;
};
