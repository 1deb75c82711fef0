import type { Engine } from '../../../libs/engine/port.ts';
import { schemaOf } from '../../../libs/projecting/contribution.ts';
import type { Projection } from '../../../libs/projecting/define.ts';
import type { Where } from '../../../libs/projecting/port.ts';
import { countsIn } from '../../../libs/projecting/sum-cells.ts';
import { rulesOf } from '../../../libs/scoring/index.ts';
import { leadScore } from '../../../projections/lead-score/lead-score.projection.ts';
import { catchUp } from '../catch-up.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { projectionOf, whereOf } from '../cells.ts';
import { requireLog } from '../data-folder.ts';
import { exit } from '../exit.ts';
import { condition, filled, whole, type Condition } from '../options.ts';
import { entityText, explanationTable } from '../output/explanation.ts';
import { scoreText } from '../output/score.ts';
import { eventRow } from '../output/event-row.ts';
import { checkFormat, printResult, type Format } from '../output/result.ts';
import { say, type Terminal } from '../terminal.ts';

interface ExplainOptions extends CommonOptions, Format {
  readonly where?: readonly Condition[];
  readonly entity?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const help = `
Examples:
  $ leadfold explain lead-funnel --where origin:social --where stage:customer
  $ leadfold explain lead-funnel --entity demo-00042
  $ leadfold explain lead-score --entity demo-00042     shows its score line by line
  $ leadfold query funnel --where origin:social     is the number; explain lists who is behind it

A day dimension takes a day, a month or a year: --where entered:2026-02.`;

/** `leadfold explain PROJECTION`: from a total down to leads, and from a lead to its events. */
export const addExplain = (cli: Cli): void => {
  const { program, terminal } = cli;
  program
    .command('explain')
    .description('shows which entities make up a total, and which events make up an entity')
    .argument('<projection>', 'the read model, as `leadfold projections` lists them')
    .option('--where <dimension:value>', 'the cells to explain; repeat it to narrow further', condition)
    .option('--entity <id>', 'one entity: its state, what it adds and its events', filled)
    .option('--limit <number>', 'entities of a page', whole(1, 1_000), 50)
    .option('--cursor <cursor>', 'the next page, as the page before names it', filled)
    .option('--csv', 'print the entities, or the events of one, as CSV')
    .addHelpText('after', help)
    .action(
      cli.action(async (name: string, options: ExplainOptions) => {
        checkFormat(options);
        const settings = await settingsOf(cli, options);
        await requireLog(settings);
        return withEngine(settings, async engine => {
          const projection = projectionOf(engine.projections, name);
          const where = whereOf(projection, options.where ?? []);
          await catchUp(terminal, engine);
          if (options.entity === undefined) await entities(terminal, engine, name, where, options);
          else await entity(terminal, engine, projection, where, options.entity, options);
          return exit.done;
        });
      }),
    );
};

const entities = async (
  terminal: Terminal,
  { projector }: Engine,
  name: string,
  where: Where,
  { limit, cursor, ...format }: ExplainOptions,
): Promise<void> => {
  const found = await projector.explain(name, where, { limit, ...(cursor && { cursor }) });
  await printResult(terminal, format, {
    document: found,
    rows: found.entities.map(({ id, adds }) => ({ id, ...adds })),
    table: width => explanationTable(found, width),
    empty: 'nothing adds to these cells',
  });
  if (format.json !== true && found.nextCursor !== null)
    say(terminal, `there are more; the next page: --cursor ${found.nextCursor}`);
};

const entity = async (
  terminal: Terminal,
  { projector, context, clock }: Engine,
  projection: Projection,
  where: Where,
  id: string,
  format: Format,
): Promise<void> => {
  const counts = countsIn(schemaOf(projection), where);
  const found = await projector.explainEntity(projection.name, id);
  await printResult(terminal, format, {
    document: found,
    rows: found.events.map(eventRow),
    table: width => {
      const text = entityText(found, counts, width);
      if (projection.name !== leadScore.name) return text;
      return `${text}\n\n${scoreText(rulesOf(context.workspace.score), found, clock(), width)}`;
    },
    empty: 'it has no events',
  });
};
