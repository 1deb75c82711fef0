import type { Projection } from '../../../libs/projecting/define.ts';
import type { Where } from '../../../libs/projecting/port.ts';
import type { DimensionValue } from '../../../libs/read-store/port.ts';
import { catchUp } from '../catch-up.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { exit, UsageError } from '../exit.ts';
import { condition, filled, whole, type Condition } from '../options.ts';
import { entityText, explanationTable } from '../output/explanation.ts';
import { renderJson } from '../output/json.ts';
import { print, say, widthOf } from '../terminal.ts';

interface ExplainOptions extends CommonOptions {
  readonly where?: readonly Condition[];
  readonly entity?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const help = `
Examples:
  $ leadfold explain lead-funnel --where origin:social --where stage:customer
  $ leadfold explain lead-funnel --entity demo-00042
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
    .addHelpText('after', help)
    .action(
      cli.action(async (name: string, options: ExplainOptions) => {
        const settings = await settingsOf(cli, options);
        await requireLog(settings);
        return withEngine(settings, async engine => {
          const where = whereOf(projectionOf(engine.projections, name), options.where ?? []);
          await catchUp(terminal, engine);
          if (options.entity !== undefined) {
            const found = await engine.projector.explainEntity(name, options.entity);
            const text =
              options.json === true ? renderJson(found) : entityText(found, where, widthOf(terminal));
            await print(terminal, text);
            return exit.done;
          }
          const { limit, cursor } = options;
          const found = await engine.projector.explain(name, where, { limit, ...(cursor && { cursor }) });
          if (options.json === true) await print(terminal, renderJson(found));
          else if (found.entities.length === 0) say(terminal, 'nothing adds to these cells');
          else await print(terminal, explanationTable(found, widthOf(terminal)));
          if (options.json !== true && found.nextCursor !== null)
            say(terminal, `there are more; the next page: --cursor ${found.nextCursor}`);
          return exit.done;
        });
      }),
    );
};

const projectionOf = (projections: readonly Projection[], name: string): Projection => {
  const found = projections.find(projection => projection.name === name);
  const known = projections.map(projection => projection.name).join(', ');
  if (found === undefined) throw new UsageError(`there is no projection "${name}"; there are: ${known}`);
  return found;
};

const whereOf = ({ name, dimensions }: Projection, conditions: readonly Condition[]): Where => {
  const where: Record<string, DimensionValue[]> = {};
  for (const { dimension, value } of conditions) {
    const kind = Object.hasOwn(dimensions, dimension) ? dimensions[dimension] : undefined;
    if (kind === undefined)
      throw new UsageError(
        `${name} has no dimension "${dimension}"; it has: ${Object.keys(dimensions).join(', ')}`,
      );
    (where[dimension] ??= []).push(kind === 'integer' ? integer(dimension, value) : value);
  }
  return where;
};

const integer = (dimension: string, value: string | null): number | null => {
  if (value === null) return null;
  if (!/^-?\d{1,15}$/.test(value)) throw new UsageError(`${dimension} is a whole number, not "${value}"`);
  return Number(value);
};
