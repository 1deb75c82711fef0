import type { Command } from 'commander';
import type { Engine } from '../../../libs/engine/port.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { exit, UsageError, type ExitCode } from '../exit.ts';
import { addCells } from './cells.ts';
import { placesOf } from '../log-places.ts';
import { addHeld } from './held-projections.ts';
import { filled } from '../options.ts';
import { addOwnProjections } from './own-projections.ts';
import { renderJson } from '../output/json.ts';
import { progress } from '../output/progress.ts';
import { parkedTable, statusTable } from '../output/projection-tables.ts';
import { checkFormat, printResult, type Format } from '../output/result.ts';
import { count } from '../output/values.ts';
import { print, say } from '../terminal.ts';

const help = `
Examples:
  $ leadfold projections
  $ leadfold projections cells lead-funnel --by origin
  $ leadfold projections rebuild lead-funnel
  $ leadfold projections rebuild lead-funnel --hold    then: diff lead-funnel, approve or discard lead-funnel
  $ leadfold projections parked
  $ leadfold projections add ./won-by-segment.projection.ts
  $ leadfold projections skip 019c2a… --why "sent twice by the old system"

Reading goes on while a read model is rebuilt beside the live one.`;

/** `leadfold projections`: the read models, and what can be done with them. */
export const addProjections = (cli: Cli): void => {
  const group = cli.program
    .command('projections')
    .description('shows the read models; rebuilds, compares and repairs them')
    .option('--csv', 'print rows as CSV')
    .allowExcessArguments()
    .addHelpText('after', help);
  group.action(
    cli.action(async (options: CommonOptions & Format) => {
      const [odd] = group.args;
      const known = group.commands.map(command => command.name()).join(', ');
      if (odd !== undefined) throw new UsageError(`projections knows no "${odd}"; it knows: ${known}`);
      return status(cli)(options);
    }),
  );
  group
    .command('status')
    .description('version, position, lag and parked events of each')
    .action(cli.action(status(cli)));
  addCells(cli, group);
  addRebuild(cli, group);
  addOwnProjections(cli, group);
  addHeld(cli, group);
  addParked(cli, group);
};

/** Opens a workspace that holds a log already. */
const open = async (
  cli: Cli,
  options: CommonOptions & Format,
  work: (engine: Engine) => Promise<ExitCode>,
): Promise<ExitCode> => {
  checkFormat(options);
  const settings = await settingsOf(cli, options);
  await requireLog(settings);
  return withEngine(settings, work);
};

const status =
  (cli: Cli) =>
  (options: CommonOptions & Format): Promise<ExitCode> =>
    open(cli, options, async ({ projector }) => {
      const found = await projector.status();
      await printResult(cli.terminal, options, {
        document: found,
        rows: found.map(one => ({ ...one })),
        table: width => statusTable(found, width),
        empty: 'no read model was made yet; `leadfold query` or `leadfold serve` makes them',
      });
      return exit.done;
    });

const addRebuild = (cli: Cli, group: Command): void => {
  group
    .command('rebuild')
    .description('folds the whole log anew beside the live read model, checks it and swaps')
    .argument('<name>', 'of the read model')
    .option('--hold', 'don\u2019t swap: keep it for diff, then approve or discard')
    .action(
      cli.action((name: string, options: CommonOptions & { hold?: boolean }) =>
        open(cli, options, async ({ projector, settings }) => {
          const { terminal } = cli;
          const shown = progress(terminal, 'rebuilding', placesOf({ settings }, 'events'));
          const hold = options.hold === true;
          const rebuilt = await projector
            .rebuild(name, {
              hold,
              signal: terminal.signal,
              onProgress: ({ position, head, rate }) =>
                shown.update(position, head, `${count(rate)} events/s`),
            })
            .then(() => true)
            .catch((error: unknown) => {
              if (!terminal.signal.aborted) throw error;
              return false;
            })
            .finally(() => shown.end());
          if (!rebuilt) {
            say(terminal, `stopped; the live ${name} is as it was`);
            return exit.stopped;
          }
          say(
            terminal,
            hold
              ? `${name} is rebuilt and held; compare: leadfold projections diff ${name}`
              : `${name} is rebuilt and live`,
          );
          return status(cli)(options);
        }),
      ),
    );
};

const addParked = (cli: Cli, group: Command): void => {
  group
    .command('parked')
    .description('events that could not be folded, and those that wait behind them')
    .argument('[name]', 'of the read model')
    .action(
      cli.action((name: string | undefined, options: CommonOptions & Format) =>
        open(cli, options, async ({ projector }) => {
          const found = await projector.parked(name);
          await printResult(cli.terminal, options, {
            document: found,
            rows: found.map(({ projection, entity, position, eventId, type, error }) => ({
              projection,
              entity,
              position,
              eventId,
              type,
              error,
            })),
            table: width => parkedTable(found, width),
            empty: 'nothing is parked',
          });
          return exit.done;
        }),
      ),
    );
  group
    .command('retry')
    .description('folds the parked events again')
    .argument('<name>', 'of the read model')
    .action(
      cli.action((name: string, options: CommonOptions & Format) =>
        open(cli, options, async ({ projector }) => {
          const result = await projector.retry(name);
          if (options.json === true) await print(cli.terminal, renderJson(result));
          else say(cli.terminal, `${count(result.released)} released, ${count(result.parked)} still parked`);
          return result.parked > 0 ? exit.failed : exit.done;
        }),
      ),
    );
  group
    .command('skip')
    .description('leaves an event out of the read models that parked it, for good')
    .argument('<event>', 'its id, as `leadfold projections parked` shows it')
    .requiredOption('--why <text>', 'the reason, for the log', filled)
    .action(
      cli.action((event: string, options: CommonOptions & { why: string }) =>
        open(cli, options, async ({ projector }) => {
          await projector.skip(event, options.why, 'cli');
          say(cli.terminal, `event ${event} is skipped; the log says why`);
          return exit.done;
        }),
      ),
    );
};
