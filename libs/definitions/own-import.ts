import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RowError, type ImportDefinition, type ImportFile } from '../importing/define.ts';
import { loadImport } from '../importing/load.ts';
import { messageOf } from '../projecting/delivery.ts';
import { offerLeadfold } from './modules.ts';
import { watchOver } from './watchdog.ts';

/** An import from a file of one's own. */
export interface OwnImport {
  readonly definition: ImportDefinition;
  /** Aborted by the first error of the definition's code that is no refusal: the import is to stop. */
  readonly failed: AbortSignal;
  /** The first such error, with its place; null while there was none. */
  readonly failure: () => string | null;
  /** Ends the watch over its code. */
  readonly close: () => Promise<void>;
}

/**
 * Loads an import definition from a file anywhere. It may import `leadfold/importing`, its own files, packages and Node's
 * modules; it runs with the rights of this process, which is ended when the code does not come back (see `watchOver`).
 *
 * @throws ImportRefused when it can't be loaded or is no definition
 */
export const loadOwnImport = async (path: string): Promise<OwnImport> => {
  const entry = resolve(path);
  offerLeadfold(pathToFileURL(entry).href);
  const close = watchOver(path);
  const definition = await loadImport(entry).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const stop = new AbortController();
  let first: string | null = null;

  const guarded = <Given extends readonly unknown[], Result>(
    work: (...given: Given) => Result,
  ): ((...given: Given) => Result) => {
    return (...given) => {
      try {
        return work(...given);
      } catch (error) {
        if (error instanceof RowError) throw error;
        const told = `${messageOf(error)} (${placeBelow(dirname(entry), error) ?? basename(entry)})`;
        first ??= told;
        stop.abort();
        throw new RowError(null, told);
      }
    };
  };

  const files = definition.files.map((file): ImportFile => {
    if (file.group === undefined) return { ...file, facts: guarded(file.facts) };
    return { ...file, group: { key: guarded(file.group.key), facts: guarded(file.group.facts) } };
  });
  return { definition: { ...definition, files }, failed: stop.signal, failure: () => first, close };
};

const ourselves = fileURLToPath(new URL('..', import.meta.url));

/** `shop.import.ts:12:9`: the innermost place in an error's stack that lies in a folder and is not Leadfold's own. */
export const placeBelow = (folder: string, error: unknown): string | null => {
  if (!(error instanceof Error) || error.stack === undefined) return null;
  for (const line of error.stack.split('\n')) {
    const [, url, place] = /(file:\/\/[^\s()]+?):(\d+:\d+)\)?$/.exec(line) ?? [];
    if (url === undefined) continue;
    const path = fileURLToPath(url);
    const below = relative(folder, path);
    if (!below.startsWith('..') && !path.startsWith(ourselves)) return `${below}:${place}`;
  }
  return null;
};
