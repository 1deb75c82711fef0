import { CommanderError, type Command } from 'commander';
import { metrics } from '../../projections/index.ts';
import { exit, type ExitCode } from './exit.ts';
import { explainFailure, type Failure } from './failure.ts';
import { printable } from './output/text.ts';
import { createProgram } from './program.ts';
import { say, type Terminal } from './terminal.ts';

/**
 * Runs one command line and answers its exit code; never throws.
 *
 * @param words what follows `leadfold`
 */
export const run = async (words: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const { command, code } = createProgram(terminal);
  try {
    if (words.length === 0) return shortHelp(command.helpInformation(), terminal);
    await command.parseAsync(words, { from: 'user' });
    return code();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exit.done;
    // A group of commands without one of them: what there is was written already.
    if (error instanceof CommanderError && error.code === 'commander.help') return exit.usage;
    if (terminal.signal.aborted && isAbort(error)) return exit.stopped;
    const { code: failed, message } =
      error instanceof CommanderError ? misused(error, command, words) : explainFailure(error);
    say(terminal, `leadfold: ${message}`);
    if (terminal.environment['LEADFOLD_DEBUG'] === '1' && error instanceof Error)
      say(terminal, String(error.stack));
    return failed;
  }
};

/** Called with nothing: what there is, and that this was no command. */
const shortHelp = (text: string, terminal: Terminal): ExitCode => {
  say(terminal, text.trimEnd());
  return exit.usage;
};

const isAbort = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

/**
 * Commander's words for a command line that it can't read, as one sentence and where to look.
 *
 * @example
 * // "unknown option '--form' (Did you mean --from?); see leadfold query --help"
 */
const misused = ({ message }: CommanderError, program: Command, words: readonly string[]): Failure => {
  const command = program.commands.find(known => words.includes(known.name()));
  const where = ['leadfold', ...(command === undefined ? [] : [command.name()]), '--help'].join(' ');
  const sentence = printable(
    message
      .replace(/^error: /, '')
      .replace('is invalid. It', 'is invalid: it')
      .replaceAll(/\s*\n\s*/g, ' '),
  );
  return {
    code: exit.usage,
    message: `${sentence.replace(/\.$/, '')}; ${metricIn(words) ?? `see ${where}`}`,
  };
};

/** A metric's name in the place of a command is a likely slip. */
const metricIn = ([first = '']: readonly string[]): string | null =>
  metrics.some(({ name }) => name === first) ? `that is a metric: leadfold query ${first}` : null;
