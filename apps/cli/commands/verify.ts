import type { Engine } from '../../../libs/engine/port.ts';
import { catchUp } from '../catch-up.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { countsEvents, placesOf } from '../log-places.ts';
import { exit, type ExitCode } from '../exit.ts';
import { renderJson } from '../output/json.ts';
import { progress } from '../output/progress.ts';
import { differenceList, soundSentence, verdict, type Verified } from '../output/verified.ts';
import { print, say, widthOf, type Terminal } from '../terminal.ts';

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
        return withEngine(settings, async engine => {
          const found = await check(terminal, engine);
          if (found === null) {
            say(terminal, 'stopped before all was checked');
            return exit.stopped;
          }
          return tell(terminal, found, options);
        });
      }),
    );
};

/** Looks at everything; null when Ctrl-C came before the end. */
const check = async (terminal: Terminal, engine: Engine): Promise<Verified | null> => {
  const { signal } = terminal;
  const { checkLog } = await import('../../../libs/engine/index.ts');
  const checking = progress(terminal, 'checking the log', placesOf(engine, 'rows'));
  const folding = progress(terminal, 'folding the log anew', placesOf(engine, 'events'));
  try {
    const onRows = (done: number, total: number): void => checking.update(done, total);
    const log = await checkLog(engine, { signal, onProgress: onRows });
    checking.end();
    await catchUp(terminal, engine);
    const differences = await engine.projector.verify({
      signal,
      onProgress: ({ position, head }) => folding.update(position, head),
    });
    if (signal.aborted) return null;
    const projections = engine.projections.map(({ name }) => name);
    return {
      position: await engine.events.head(),
      counted: countsEvents(engine),
      projections,
      log,
      differences,
    };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    checking.end();
    folding.end();
  }
};

const tell = async (terminal: Terminal, found: Verified, { json }: CommonOptions): Promise<ExitCode> => {
  const { position, log, differences } = found;
  const ok = log.length === 0 && differences.length === 0;
  if (json === true) await print(terminal, renderJson({ ok, position, log, differences }));
  else if (ok) await print(terminal, soundSentence(found));
  else await print(terminal, differenceList(found, widthOf(terminal)));
  if (!ok) say(terminal, verdict(found));
  return ok ? exit.done : exit.failed;
};
