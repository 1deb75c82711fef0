import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { exit } from '../exit.ts';
import { renderJson } from '../output/json.ts';
import { progress } from '../output/progress.ts';
import { renderTable } from '../output/table.ts';
import { printable } from '../output/text.ts';
import { count } from '../output/values.ts';
import { print, say, widthOf } from '../terminal.ts';
import { catchUp } from '../catch-up.ts';
import type { Difference } from '../../../libs/projecting/port.ts';

const help = `
Examples:
  $ leadfold verify
  $ leadfold verify --json | jq '.differences | length'

Folds the whole log anew and compares it with the live read models, and checks the log itself: positions and revisions
without gaps, ids unique within their streams, every event readable. Exit code 0: all agree; 1: they don\u2019t.`;

/** `leadfold verify`. */
export const addVerify = (cli: Cli): void => {
  const { program, terminal } = cli;
  program
    .command('verify')
    .description('checks that the log is sound and that the read models are what it says')
    .addHelpText('after', help)
    .action(
      cli.action(async (options: CommonOptions) => {
        const settings = await settingsOf(cli, options);
        await requireLog(settings);
        const { checkLog } = await import('../../../libs/engine/index.ts');
        return withEngine(settings, async engine => {
          const checking = progress(terminal, 'checking the log', 'rows');
          const log = await checkLog(settings, {
            signal: terminal.signal,
            onProgress: (done, total) => checking.update(done, total),
          }).finally(() => checking.end());
          await catchUp(terminal, engine);
          const folding = progress(terminal, 'folding the log anew', 'events');
          const differences = await engine.projector
            .verify({
              signal: terminal.signal,
              onProgress: ({ name, position, head }) => folding.update(position, head, name),
            })
            .finally(() => folding.end());
          if (terminal.signal.aborted) {
            say(terminal, 'stopped before all was checked');
            return exit.stopped;
          }
          const ok = log.length === 0 && differences.length === 0;
          const position = await engine.events.head();
          if (options.json === true) {
            await print(terminal, renderJson({ ok, position, log, differences }));
          } else {
            for (const finding of log) await print(terminal, `log: ${printable(finding)}`);
            if (differences.length > 0) await print(terminal, differenceList(differences, widthOf(terminal)));
            if (ok)
              await print(
                terminal,
                `ok: ${count(position)} events are sound and ${engine.projections.map(({ name }) => name).join(', ')} are what they say`,
              );
          }
          if (!ok)
            say(
              terminal,
              `${count(log.length)} findings in the log, ${count(differences.length)} differences in read models${differences.length > 0 ? '; `leadfold projections rebuild NAME` makes a read model anew' : ''}`,
            );
          return ok ? exit.done : exit.failed;
        });
      }),
    );
};

const differenceList = (differences: readonly Difference[], width: number | null): string =>
  renderTable(
    {
      columns: ['read model', 'what', 'key', 'stored', 'folded'].map(title => ({ title })),
      rows: differences.map(({ projection, what, key, stored, folded }) => [
        projection,
        what,
        ...[key, JSON.stringify(stored), JSON.stringify(folded)].map(printable),
      ]),
    },
    width,
  );
