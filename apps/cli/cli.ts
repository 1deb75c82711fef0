import type { Command } from 'commander';
import type { Registered } from '../../libs/definitions/index.ts';
import type { Engine } from '../../libs/engine/port.ts';
import type { Settings } from '../../libs/engine/settings.ts';
import { exit, type ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** What a command's file adds itself to. */
export interface Cli {
  readonly program: Command;
  readonly terminal: Terminal;
  /** Wraps a command's work: it gets arguments and all options, and its answer becomes the exit code. */
  action(work: (...given: never[]) => Promise<ExitCode>): (...given: readonly unknown[]) => Promise<void>;
}

/** The configuration with what the command line says instead. @throws InvalidSettings */
export const settingsOf = async ({ terminal }: Cli, { data }: CommonOptions): Promise<Settings> => {
  const { parseSettings } = await import('../../libs/engine/parse-settings.ts');
  return parseSettings(terminal.environment, data === undefined ? {} : { data });
};

/**
 * Opens the workspace for a command's work and closes it again, whatever happens.
 *
 * @param candidate a user's projection that stands in for the registered one of its name
 */
export const withEngine = async (
  settings: Settings,
  work: (engine: Engine) => Promise<ExitCode>,
  candidate?: Registered,
): Promise<ExitCode> => {
  const { openEngine, patient } = await import('../../libs/engine/index.ts');
  const engine = await openEngine(settings, {
    readsWithin: patient,
    ...(candidate === undefined ? {} : { candidate }),
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

/** Done, unless Ctrl-C came before the end. */
export const doneUnlessStopped = ({ signal }: Terminal): ExitCode =>
  signal.aborted ? exit.stopped : exit.done;
