import { imports } from '../../../imports/index.ts';
import type { OwnImport } from '../../../libs/definitions/index.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { Settings } from '../../../libs/engine/settings.ts';
import type { ImportDefinition, ImportReport } from '../../../libs/importing/index.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { makeFolder, requireFolder, withoutTraces } from '../data-folder.ts';
import { CommandFailed, exit, UsageError, type ExitCode } from '../exit.ts';
import { filled } from '../options.ts';
import { importStep } from '../output/import-progress.ts';
import { importNotes, importTable } from '../output/import-report.ts';
import { renderJson } from '../output/json.ts';
import { progress } from '../output/progress.ts';
import { count } from '../output/values.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { print, say, widthOf, type Terminal } from '../terminal.ts';

interface ImportOptions extends CommonOptions {
  readonly as: string;
  readonly rejects?: string;
  readonly dryRun?: boolean;
}

const sources = imports.map(({ source }) => source).join(', ');

const help = `
Sources:
${imports.map(({ source, description }) => `  ${source.padEnd(14)}${description}`).join('\n')}

Examples:
  $ leadfold import leads.csv deals.csv.gz --as ${imports[0]?.source ?? 'SOURCE'}
  $ leadfold import leads.csv --as ${imports[0]?.source ?? 'SOURCE'} --dry-run
  $ leadfold import webinar.csv --as ./webinar.import.ts     a definition of your own: docs/importing.md
  $ leadfold import leads.csv --as ${imports[0]?.source ?? 'SOURCE'} --rejects refused.csv

Each row (or group of rows, as the lines of an order) has its own id: importing a file again, or in another order, or after Ctrl-C, appends only what is missing.
Rows that can\u2019t be taken are named with line and reason, and the others are kept.`;

/** `leadfold import FILE… --as SOURCE`. */
export const addImport = (cli: Cli): void => {
  const { program, terminal } = cli;
  program
    .command('import')
    .description('reads files into the log by an import definition')
    .argument('<files...>', 'CSV or NDJSON files, gzipped or not')
    .requiredOption('--as <source>', `how to read them: ${sources}, or a path to a definition`)
    .option('--rejects <file>', 'write the refused rows here, in the format of the source', filled)
    .option('--dry-run', 'append nothing, and report as if')
    .addHelpText('after', help)
    .action(
      cli.action(async (files: readonly string[], options: ImportOptions) => {
        const own = isPath(options.as) ? await loadOwn(options.as) : null;
        try {
          const definition = own?.definition ?? sourceOf(options.as);
          const settings = await settingsOf(cli, options);
          const { checkImport } = await import('../../../libs/importing/index.ts');
          await requireFolder(settings);
          await checkImport(definition, files, options);
          const work = (where: Settings): Promise<ExitCode> =>
            withEngine(where, engine => importAll(terminal, engine, definition, files, options, own));
          if (options.dryRun === true) return await withoutTraces(settings, work);
          await makeFolder(settings);
          return await work(settings);
        } finally {
          await own?.close();
        }
      }),
    );
};

const isPath = (as: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(as);

const loadOwn = async (path: string): Promise<OwnImport> => {
  const { loadOwnImport } = await import('../../../libs/definitions/index.ts');
  return loadOwnImport(path);
};

const importAll = async (
  terminal: Terminal,
  engine: Engine,
  definition: ImportDefinition,
  files: readonly string[],
  options: ImportOptions,
  own: OwnImport | null,
): Promise<ExitCode> => {
  const { ImportStopped, runImport } = await import('../../../libs/importing/index.ts');
  keepHeapSmall();
  const shown = progress(terminal, 'importing', 'kB');
  const { rejects, dryRun = false } = options;
  try {
    const report = await runImport(engine.importing, definition, files, {
      signal: own === null ? terminal.signal : AbortSignal.any([terminal.signal, own.failed]),
      dryRun,
      ...(rejects === undefined ? {} : { rejects }),
      onProgress: reached => {
        const { done, total, note } = importStep(reached);
        shown.update(done, total, note);
      },
    });
    shown.end();
    await tell(terminal, report, options);
    const failure = own?.failure() ?? null;
    if (failure !== null) throw new CommandFailed(stopped(failure, report));
    return report.aborted ? exit.stopped : exit.done;
  } catch (error) {
    shown.end();
    if (error instanceof ImportStopped) await tell(terminal, error.report, options);
    throw error;
  }
};

/** The definition's own error, and the row that met it. */
const stopped = (failure: string, { refused, total }: ImportReport): string => {
  const row = refused.find(({ reason }) => reason.startsWith(failure));
  const at = row === undefined ? '' : `, at line ${row.line} of ${row.file}`;
  return `the import definition failed: ${failure}${at}. The import stopped after ${count(total.rows)} rows; mend the definition and run again, nothing is lost`;
};

const sourceOf = (name: string): ImportDefinition => {
  const found = imports.find(({ source }) => source === name);
  if (found === undefined)
    throw new UsageError(
      `there is no source "${name}"; there are: ${sources}; a path to a definition of your own begins with ./`,
    );
  return found;
};

const tell = async (
  terminal: Terminal,
  report: ImportReport,
  { json, rejects }: ImportOptions,
): Promise<void> => {
  await print(terminal, json === true ? renderJson(report) : importTable(report, widthOf(terminal)));
  for (const note of importNotes(report, rejects)) say(terminal, note);
};
