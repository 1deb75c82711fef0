import { resolve } from 'node:path';
import type { Command } from 'commander';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { makeFolder, requireLog } from '../data-folder.ts';
import { exit, type ExitCode } from '../exit.ts';
import { renderJson } from '../output/json.ts';
import { progress } from '../output/progress.ts';
import { count } from '../output/values.ts';
import { print, say, type Terminal } from '../terminal.ts';

const help = `
Examples:
  $ leadfold log backup /backup/2026-03-31           a copy of the data folder, while others work on it
  $ leadfold verify --data /backup/2026-03-31        is it good?
  $ leadfold log export log.ndjson.gz                every event in a line, from any store
  $ leadfold log import log.ndjson.gz --data new     the embedded log anew, all of it or nothing

A backup is a data folder itself: serving it is restoring it. Leads are found by e-mail and phone only with the secret that
the log was written with; a backup holds the folder's, an export none.`;

/** `leadfold log`: exact copies of the log. */
export const addLog = (cli: Cli): void => {
  const group = cli.program
    .command('log')
    .description('exact copies of the log: backups, exports and imports of them')
    .addHelpText('after', help);
  addBackup(cli, group);
  addExport(cli, group);
  addImport(cli, group);
};

/** Runs work that Ctrl-C stops without leaving anything behind. */
const stoppable = async (terminal: Terminal, work: () => Promise<ExitCode>): Promise<ExitCode> => {
  try {
    return await work();
  } catch (error) {
    if (!terminal.signal.aborted) throw error;
    say(terminal, 'stopped; nothing was left behind');
    return exit.stopped;
  }
};

const backedUp = (files: readonly string[], dir: string): string =>
  files.includes('log.sqlite')
    ? `${files.join(', ')} are in ${dir}, and the log there is sound`
    : `in ${dir} is: ${files.join(', ') || 'nothing'}`;

const addBackup = ({ terminal, ...cli }: Cli, group: Command): void => {
  group
    .command('backup')
    .description('copies the log and all that belongs to it to a new folder, and checks the copy')
    .argument('<dir>', 'where to; it must be missing or empty')
    .action(
      cli.action(async (dir: string, options: CommonOptions) => {
        const settings = await settingsOf({ terminal, ...cli }, options);
        await requireLog(settings);
        const { backUp } = await import('../../../libs/engine/index.ts');
        const shown = progress(terminal, 'copying the log', 'pages');
        return stoppable(terminal, async () => {
          const { signal } = terminal;
          const onProgress = (done: number, total: number): void => shown.update(done, total);
          const files = await backUp(settings, dir, { signal, onProgress }).finally(() => shown.end());
          if (options.json === true) await print(terminal, renderJson({ folder: resolve(dir), files }));
          else say(terminal, backedUp(files, dir));
          if (settings.eventStore.kind !== 'sqlite')
            say(terminal, 'the log itself is on its server; that has backups of its own');
          if (settings.secret !== null) say(terminal, 'LEADFOLD_SECRET is not in it; keep that as well');
          return exit.done;
        });
      }),
    );
};

const addExport = ({ terminal, ...cli }: Cli, group: Command): void => {
  group
    .command('export')
    .description(
      'writes every event in a line, with a hash of them all at the end; gzipped by the name FILE.gz',
    )
    .argument('<file>', 'a new file')
    .action(
      cli.action(async (file: string, options: CommonOptions) => {
        const settings = await settingsOf({ terminal, ...cli }, options);
        await requireLog(settings);
        const { exportLog } = await import('../../../libs/engine/index.ts');
        const shown = progress(terminal, 'exporting', 'events');
        return stoppable(terminal, () =>
          withEngine(settings, async ({ events }) => {
            let written = 0;
            const { signal } = terminal;
            const onProgress = (done: number, head: number): void => {
              written = done;
              shown.update(done, head);
            };
            await exportLog(events, file, { signal, onProgress }).finally(() => shown.end());
            say(terminal, `the log up to position ${count(written)} is in ${file}`);
            return exit.done;
          }),
        );
      }),
    );
};

const addImport = ({ terminal, ...cli }: Cli, group: Command): void => {
  group
    .command('import')
    .description('makes the embedded log from an export, in a data folder that has none')
    .argument('<file>', 'of `leadfold log export`')
    .action(
      cli.action(async (file: string, options: CommonOptions) => {
        const settings = await settingsOf({ terminal, ...cli }, options);
        await makeFolder(settings);
        const { importLog } = await import('../../../libs/engine/index.ts');
        return stoppable(terminal, async () => {
          const { signal } = terminal;
          const events = await importLog(settings, file, { signal });
          if (options.json === true) await print(terminal, renderJson({ events }));
          else say(terminal, `${count(events)} events are in ${settings.dataDir}, and the log is sound`);
          if (settings.secret === null)
            say(
              terminal,
              'bring along the file `secret` of the old folder, or leads are not found by e-mail',
            );
          return exit.done;
        });
      }),
    );
};
