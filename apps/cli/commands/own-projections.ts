import type { Command } from 'commander';
import type { Candidate } from '../../../libs/definitions/index.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { Settings } from '../../../libs/engine/settings.ts';
import type { ParkedEvent } from '../../../libs/read-store/port.ts';
import { settingsOf, type Cli, type CommonOptions } from '../cli.ts';
import { makeFolder, requireLog } from '../data-folder.ts';
import { exit, type ExitCode } from '../exit.ts';
import { build, dropAll, isKept, isThere, liveOf } from './own-candidate.ts';
import { renderJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { printable } from '../output/text.ts';
import { count } from '../output/values.ts';
import { print, say, widthOf, type Terminal } from '../terminal.ts';

const help = `
Examples:
  $ leadfold projections add ./won-by-segment.projection.ts
  $ leadfold projections cells won-by-segment --by segment

The file and what it imports by relative paths are copied into the data folder. After a change, add it again: the read model
is rebuilt beside the old one, then swapped. docs/projections.md shows how to write one.`;

/** `leadfold projections add` and `remove`. */
export const addOwnProjections = (cli: Cli, group: Command): void => {
  group
    .command('add')
    .description('keeps a read model by a projection of your own, from a file anywhere')
    .argument('<file>', 'TypeScript or JavaScript that exports a projection')
    .addHelpText('after', help)
    .action(
      cli.action(async (file: string, options: CommonOptions) => {
        const settings = await settingsOf(cli, options);
        await makeFolder(settings);
        return add(cli.terminal, settings, file, options);
      }),
    );
  group
    .command('remove')
    .description('forgets a projection that was added, and drops its read models')
    .argument('<name>', 'of the projection')
    .action(
      cli.action(async (name: string, options: CommonOptions) => {
        const settings = await settingsOf(cli, options);
        await requireLog(settings);
        return remove(cli.terminal, settings, name);
      }),
    );
};

const add = async (
  terminal: Terminal,
  settings: Settings,
  file: string,
  options: CommonOptions,
): Promise<ExitCode> => {
  const { dropCandidate, prepareProjection } = await import('../../../libs/definitions/index.ts');
  const { openEngine, patient, shippedProjections } = await import('../../../libs/engine/index.ts');
  const { createCalendar } = await import('../../../libs/projecting/index.ts');
  const { timeZone, workspace, dataDir } = settings;
  const candidate = await prepareProjection(file, {
    ...{ dataDir, now: Date.now(), shipped: shippedProjections },
    context: { calendar: createCalendar(timeZone), workspace, params: {} },
  });
  for (const type of candidate.unknownTypes)
    say(terminal, `note: Leadfold has no type of event called ${printable(type)}; are its letters right?`);
  const engine = await openEngine(settings, { readsWithin: patient, candidate: candidate.definition });
  try {
    if (await isThere(engine, candidate)) {
      say(terminal, `${candidate.definition.name} is as it was: nothing in its files has changed`);
      return await totals(terminal, engine, candidate, options);
    }
    const { name } = candidate.definition;
    const worse = await build(terminal, engine, candidate);
    if (worse.length > 0) return tellHeld(terminal, name, worse);
    const what = candidate.before === null ? 'is added' : 'has changed and was rebuilt';
    say(terminal, `${name} ${what}: leadfold projections cells ${name}`);
    return await totals(terminal, engine, candidate, options);
  } catch (error) {
    if (!(await isKept(engine, candidate))) {
      if (candidate.before === null) await dropAll(engine, candidate.definition.name);
      dropCandidate(dataDir, candidate);
    }
    if (terminal.signal.aborted) {
      say(terminal, 'stopped; nothing was added');
      return exit.stopped;
    }
    throw error;
  } finally {
    await engine.close();
  }
};

const shownErrors = 3;

const totals = async (
  terminal: Terminal,
  engine: Engine,
  { definition }: Candidate,
  { json }: CommonOptions,
): Promise<ExitCode> => {
  const { name, measures } = definition;
  const live = await liveOf(engine, name);
  if (live === undefined) return exit.failed;
  const { position, value } = await engine.reads.cells(live, { measures, by: [], where: {} });
  const sums = value[0]?.sums ?? Object.fromEntries(measures.map(measure => [measure, 0]));
  const parked = await engine.reads.parked(live);
  if (json === true)
    await print(
      terminal,
      renderJson({
        name,
        version: definition.version,
        hash: definition.hash,
        position,
        sums,
        parked: parked.length,
      }),
    );
  else if (measures.length > 0)
    await print(
      terminal,
      renderTable(
        {
          columns: measures.map(title => ({ title, numeric: true })),
          rows: [measures.map(measure => count(sums[measure] ?? 0))],
        },
        widthOf(terminal),
      ),
    );
  tellParked(terminal, name, parked);
  return exit.done;
};

const tellParked = (terminal: Terminal, name: string, parked: readonly ParkedEvent[]): void => {
  const failed = parked.filter(({ error }) => error !== null);
  if (failed.length === 0) return;
  tellErrors(terminal, failed);
  say(
    terminal,
    `${count(failed.length)} events could not be folded, and their entities wait: leadfold projections parked ${name}; mend the file and add it again`,
  );
};

const tellErrors = (terminal: Terminal, failed: readonly ParkedEvent[]): void => {
  for (const { error, type, eventId } of failed.slice(0, shownErrors))
    say(terminal, `${printable(error ?? '')}, at ${printable(type)} ${printable(eventId)}`);
};

const tellHeld = (terminal: Terminal, name: string, worse: readonly ParkedEvent[]): ExitCode => {
  tellErrors(terminal, worse);
  say(
    terminal,
    `${name} is held: it fails at ${count(worse.length)} events that the one before folds, and that one stays live. ` +
      `Mend the file and add it again, or: leadfold projections diff ${name}, then approve ${name} or discard ${name}`,
  );
  return exit.failed;
};

const remove = async (terminal: Terminal, settings: Settings, name: string): Promise<ExitCode> => {
  const { unregisterProjection } = await import('../../../libs/definitions/index.ts');
  const { openEngine, patient } = await import('../../../libs/engine/index.ts');
  unregisterProjection(settings.dataDir, name);
  const engine = await openEngine(settings, { readsWithin: patient });
  try {
    await dropAll(engine, name);
  } finally {
    await engine.close();
  }
  say(terminal, `${name} is removed, with its read models; the log is as it was`);
  return exit.done;
};
