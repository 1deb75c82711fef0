import { Command } from 'commander';
import type { Cli } from './cli.ts';
import { addBench } from './commands/bench.ts';
import { addDemo } from './commands/demo.ts';
import { addEvents } from './commands/events.ts';
import { addExplain } from './commands/explain.ts';
import { addImport } from './commands/import.ts';
import { addKeys } from './commands/keys.ts';
import { addLog } from './commands/log.ts';
import { addProjections } from './commands/projections.ts';
import { addQuery } from './commands/query.ts';
import { addServe } from './commands/serve.ts';
import { addVerify } from './commands/verify.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { exit, type ExitCode } from './exit.ts';
import { filled } from './options.ts';
import { wrapLines } from './output/text.ts';
import type { Terminal } from './terminal.ts';

const help = `
Examples:
  $ leadfold demo                       fill an empty folder with a made-up year and see its numbers
  $ leadfold query funnel --by origin   ask for a number
  $ leadfold serve                      the same over HTTP

Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 1 failed, 2 wrongly called, 130 Ctrl-C.`;

/** The command line, and how its last command ended. */
export interface Program {
  readonly command: Command;
  readonly code: () => ExitCode;
}

/** Puts the command line together. It writes nothing about errors by itself, but throws them. */
export const createProgram = (terminal: Terminal): Program => {
  let code: ExitCode = exit.done;
  const program = new Command('leadfold')
    .description('Event-sourced marketing automation: every number a fold over the log')
    .option('--data <folder>', 'the data folder (default: LEADFOLD_DATA, or ./data)', filled)
    .option('--json', 'print results as JSON')
    .addHelpText('after', help)
    .configureHelp({ showGlobalOptions: true, helpWidth: helpWidth(terminal) })
    .configureOutput({
      writeOut: text => terminal.stdout.write(wrapLines(text, helpWidth(terminal))),
      writeErr: text => terminal.stderr.write(text),
      outputError: () => undefined,
    })
    .exitOverride();
  const cli: Cli = {
    program,
    terminal,
    action:
      work =>
      async (...given: readonly unknown[]) => {
        // Commander hands over the command's own options, then the command.
        const command = given.at(-1) as Command;
        const all = [...given.slice(0, -2), command.optsWithGlobals()];
        code = await work(...(all as never[]));
      },
  };
  for (const add of commands) add(cli);
  return { command: program, code: () => code };
};

const commands = [
  addServe,
  addDemo,
  addImport,
  addQuery,
  addEvents,
  addExplain,
  addProjections,
  addVerify,
  addWebhooks,
  addLog,
  addKeys,
  addBench,
];

const helpWidth = ({ stdout }: Terminal): number => Math.min(stdout.columns ?? 100, 120);
