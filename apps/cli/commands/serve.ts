import type { Settings } from '../../../libs/engine/settings.ts';
import { settingsOf, type Cli, type CommonOptions } from '../cli.ts';
import { makeFolder } from '../data-folder.ts';
import { exit, type ExitCode } from '../exit.ts';
import { say, untilAborted, type Terminal } from '../terminal.ts';

const help = `
Examples:
  $ leadfold serve
  $ LEADFOLD_PORT=8080 leadfold serve --data /var/lib/leadfold
  $ LEADFOLD_ROLES=projector LEADFOLD_PORT=3001 leadfold serve    a process for the read models alone

Ctrl-C ends it after the requests under way. What can be set is in the README's table of settings.`;

/** `leadfold serve`: the server with all its roles. */
export const addServe = (cli: Cli): void => {
  cli.program
    .command('serve')
    .description('runs the server: HTTP, read models, all roles')
    .addHelpText('after', help)
    .action(
      cli.action(async (options: CommonOptions) => {
        const settings = await settingsOf(cli, options);
        await makeFolder(settings);
        return runServer(cli.terminal, settings);
      }),
    );
};

const offered = ({ roles }: Settings, url: string): string =>
  roles.has('api')
    ? `its API is described at ${url}/docs`
    : `${[...roles].join(' and ')} without the API, which leaves /health and /metrics`;

/** Serves until Ctrl-C or SIGTERM, which are its usual end. */
export const runServer = async (terminal: Terminal, settings: Settings): Promise<ExitCode> => {
  const { serve } = await import('../../server/serve.ts');
  const { url, close } = await serve(settings);
  say(terminal, `Leadfold listens on ${url}, ${offered(settings, url)}; Ctrl-C ends it`);
  await untilAborted(terminal);
  await close();
  return exit.done;
};
