import type { Command } from 'commander';
import type { Registered } from '../../../libs/definitions/index.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { Settings } from '../../../libs/engine/settings.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { exit, type ExitCode } from '../exit.ts';
import { differenceRows, differenceTable } from '../output/projection-tables.ts';
import { checkFormat, printResult, type Format } from '../output/result.ts';
import { say } from '../terminal.ts';

/** `leadfold projections diff`, `approve` and `discard`: what becomes of a read model that is held. */
export const addHeld = (cli: Cli, group: Command): void => {
  group
    .command('diff')
    .description('totals that differ between the live read model and the held one')
    .argument('<name>', 'of the read model')
    .action(
      cli.action((name: string, options: CommonOptions & Format) =>
        withHeld(cli, name, options, async ({ projector }) => {
          const found = await projector.diff(name);
          await printResult(cli.terminal, options, {
            document: found,
            rows: differenceRows(found),
            table: width => differenceTable(found, width),
            empty: `no totals differ; make it live: leadfold projections approve ${name}`,
          });
          return exit.done;
        }),
      ),
    );
  group
    .command('approve')
    .description('makes the held read model live')
    .argument('<name>', 'of the read model')
    .action(
      cli.action((name: string, options: CommonOptions) =>
        withHeld(cli, name, options, async (engine, definition) => {
          if (definition !== undefined) await register(engine, definition);
          await engine.projector.approve(name);
          say(cli.terminal, `${name}: the held read model is live`);
          return exit.done;
        }),
      ),
    );
  group
    .command('discard')
    .description('drops the held read model')
    .argument('<name>', 'of the read model')
    .action(
      cli.action((name: string, options: CommonOptions) =>
        withHeld(cli, name, options, async ({ projector, settings }, definition) => {
          const { forgetHeld } = await import('../../../libs/definitions/index.ts');
          if (definition !== undefined) forgetHeld(settings.dataDir, name);
          await projector.discard(name);
          say(cli.terminal, `${name}: the held read model is dropped; the live one stays`);
          return exit.done;
        }),
      ),
    );
};

/** Opens a workspace in which a definition that is held stands in for the registered one of its name. */
const withHeld = async (
  cli: Cli,
  name: string,
  options: CommonOptions & Format,
  work: (engine: Engine, definition: Registered | undefined) => Promise<ExitCode>,
): Promise<ExitCode> => {
  checkFormat(options);
  const settings: Settings = await settingsOf(cli, options);
  await requireLog(settings);
  const { readHeld } = await import('../../../libs/definitions/index.ts');
  const definition = readHeld(settings.dataDir).find(one => one.name === name);
  return withEngine(settings, engine => work(engine, definition), definition);
};

/** Registered first: a server that knows the old one would replace what it didn't make. */
const register = async ({ projector, settings }: Engine, definition: Registered): Promise<void> => {
  const { readRegistry, registerProjection } = await import('../../../libs/definitions/index.ts');
  await projector.catchUp();
  const before = readRegistry(settings.dataDir).find(({ name }) => name === definition.name) ?? null;
  registerProjection(settings.dataDir, { definition, before });
};
