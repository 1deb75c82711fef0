import type { MetricQuery } from '../../../libs/metrics/define.ts';
import { flatRows } from '../../../libs/metrics/flat-rows.ts';
import { metrics } from '../../../projections/index.ts';
import { doneUnlessStopped, settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { addEventOptions, eventQueryOf, windowOr, type EventOptions } from '../event-funnel.ts';
import { UsageError } from '../exit.ts';
import { condition, kebab, listed, whole, type Condition } from '../options.ts';
import { answerNotes, answerTable } from '../output/answer.ts';
import { catchUp } from '../catch-up.ts';
import { checkFormat, printResult } from '../output/result.ts';
import { say } from '../terminal.ts';

interface QueryOptions extends CommonOptions, EventOptions {
  readonly csv?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly grain?: string;
  readonly by?: readonly string[];
  readonly where?: readonly Condition[];
  readonly [param: string]: unknown;
}

const names = metrics.map(({ name }) => name);
const periodic = metrics
  .filter(({ periods }) => periods !== undefined)
  .map(({ name }) => name)
  .join(', ');

/** `leadfold query METRIC`: the same answers as the endpoints. */
export const addQuery = ({ program, ...rest }: Cli): void => {
  const cli = { program, ...rest };
  const command = program
    .command('query')
    .description('answers a metric: the number itself, broken down and narrowed as you like')
    .argument('<metric>', names.join(', '))
    .option('--from <date>', 'from this day or instant on: 2026-01-01, 2026-01-01T00:00:00Z')
    .option('--to <date>', 'before this day or instant')
    .option('--by <dimensions>', 'break down by these, with commas between: origin,country', listed)
    .option('--where <dimension:value>', 'only these; repeat it to narrow further', condition)
    .option('--grain <period>', `day, week, month, quarter or year (${periodic})`)
    .option('--csv', 'print rows as CSV')
    .addHelpText('after', help());
  for (const [name, { description, minimum, maximum, of }] of params())
    command.option(
      `--${kebab(name)} <number>`,
      `${description} (${of.join(', ')})`,
      name === 'within' ? windowOr(whole(minimum, maximum)) : whole(minimum, maximum),
    );
  addEventOptions(command);
  command.action(
    cli.action(async (metric: string, options: QueryOptions) => {
      const query = queryOf(metric, options);
      const events = eventQueryOf(metric, options, query);
      const settings = await settingsOf(cli, options);
      await requireLog(settings);
      return withEngine(settings, async engine => {
        await catchUp(cli.terminal, engine);
        const answer = await (events === null ? engine.query(metric, query) : engine.eventFunnel(events));
        await printResult(cli.terminal, options, {
          document: answer,
          rows: flatRows(answer),
          table: width => answerTable(answer, width),
          empty: 'no rows',
        });
        if (options.json !== true && options.csv !== true)
          for (const note of answerNotes(answer)) say(cli.terminal, note);
        return doneUnlessStopped(cli.terminal);
      });
    }),
  );
};

const queryOf = (metric: string, options: QueryOptions): MetricQuery => {
  const known = metrics.find(({ name }) => name === metric);
  if (known === undefined)
    throw new UsageError(`there is no metric "${metric}"; there are: ${names.join(', ')}`);
  checkFormat(options);
  const given = params().filter(([name]) => options[name] !== undefined);
  const odd = given.find(([, { of }]) => !of.includes(metric));
  if (odd !== undefined)
    throw new UsageError(`${metric} has no --${kebab(odd[0])}; that is for ${odd[1].of.join(', ')}`);
  return {
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.to === undefined ? {} : { to: options.to }),
    ...(options.grain === undefined ? {} : { grain: options.grain }),
    by: options.by ?? [],
    where: options.where ?? [],
    params: Object.fromEntries(given.map(([name]) => [name, Number(options[name])])),
  };
};

interface Param {
  readonly description: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Metrics that take it. */
  readonly of: readonly string[];
}

/** The metrics' own parameters; those of one name share an option. */
const params = (): readonly (readonly [string, Param])[] => {
  const found = new Map<string, Param>();
  for (const { name: metric, params: own = {} } of metrics)
    for (const [name, param] of Object.entries(own)) {
      const before = found.get(name);
      found.set(name, {
        description: before?.description ?? param.description,
        minimum: Math.min(param.minimum, before?.minimum ?? param.minimum),
        maximum: Math.max(param.maximum, before?.maximum ?? param.maximum),
        of: [...(before?.of ?? []), metric],
      });
    }
  return [...found];
};

const help = (): string => `
Metrics:
${metrics.map(({ name, description }) => `  ${name.padEnd(14)}${description}`).join('\n')}

Examples:
  $ leadfold query funnel --from 2026-01-01 --by origin
  $ leadfold query close-rate --by origin,country --csv > close-rate.csv
  $ leadfold query churn --from 2026-01-01 --grain quarter --inactive-days 60
  $ leadfold query sales-cycle --where origin:social --where origin:referral --json
  $ leadfold query funnel --where origin:      (leads whose origin nobody noted)
  $ leadfold query funnel --events EmailSent,EmailOpened,LinkClicked --order strict --within 7d

Dates are days in the workspace's time zone, or instants with an offset. One dimension twice means either value.`;
