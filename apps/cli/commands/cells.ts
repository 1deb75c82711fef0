import type { Command } from 'commander';
import type { Engine } from '../../../libs/engine/port.ts';
import { catchUp } from '../catch-up.ts';
import { groupsOf, projectionOf, whereOf } from '../cells.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { CommandFailed, exit, type ExitCode } from '../exit.ts';
import { condition, listed, type Condition } from '../options.ts';
import { cellTable } from '../output/cells.ts';
import { checkFormat, printResult, type Format } from '../output/result.ts';

interface CellsOptions extends CommonOptions, Format {
  readonly by?: readonly string[];
  readonly where?: readonly Condition[];
}

const help = `
Examples:
  $ leadfold projections cells lead-funnel --by origin
  $ leadfold projections cells lead-funnel --by entered:month --where origin:social --csv

A day dimension can be had by day, month or year. The sums are a read model's own; a metric (leadfold query) makes rates of them.`;

/** `leadfold projections cells NAME`: the totals of any read model, a user's own too. */
export const addCells = (cli: Cli, group: Command): void => {
  group
    .command('cells')
    .description('totals of a read model, every measure of it')
    .argument('<name>', 'of the read model')
    .option('--by <dimensions>', 'break down by these, with commas between: origin,entered:month', listed)
    .option('--where <dimension:value>', 'only these; repeat it to narrow further', condition)
    .addHelpText('after', help)
    .action(
      cli.action(async (name: string, options: CellsOptions) => {
        checkFormat(options);
        const settings = await settingsOf(cli, options);
        await requireLog(settings);
        return withEngine(settings, engine => cells(cli, engine, name, options));
      }),
    );
};

const cells = async (
  { terminal }: Cli,
  engine: Engine,
  name: string,
  { by = [], where = [], ...format }: CellsOptions,
): Promise<ExitCode> => {
  const projection = projectionOf(engine.projections, name);
  const query = { by: groupsOf(projection, by), where: whereOf(projection, where) };
  await catchUp(terminal, engine);
  const live = (await engine.reads.generations(name)).find(({ status }) => status === 'live');
  if (live === undefined) throw new CommandFailed(`${name} is still being built; try again in a moment`);
  const { position, value } = await engine.reads.cells(live, { measures: live.schema.measures, ...query });
  await printResult(terminal, format, {
    document: { projection: name, version: live.version, position, rows: value },
    rows: value.map(row => ({ ...row.by, ...row.sums })),
    table: width => cellTable(value, width),
    empty: 'no totals',
  });
  return exit.done;
};
