import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineImport, type ImportDefinition } from './define.ts';
import { ImportRefused } from './errors.ts';

/**
 * Reads a definition from a file that exports it as its default. The file runs with the rights of this process.
 *
 * @example
 * const definition = await loadImport('./newsletter.import.ts');
 * @throws ImportRefused when there is no such file, it fails, or its default export is no definition
 */
export const loadImport = async (path: string): Promise<ImportDefinition> => {
  const refused = (detail: string, cause?: unknown): ImportRefused => new ImportRefused(path, detail, cause);
  const file = resolve(path);
  if (!existsSync(file)) throw refused("the definition can't be loaded: there is no such file");
  const module = await import(pathToFileURL(file).href).then(
    (loaded: unknown) => loaded as { readonly default?: unknown },
    (error: unknown) => {
      throw refused(`the definition can't be loaded: ${messageOf(error)}${lineIn(file, error)}`, error);
    },
  );
  if (!isObject(module.default) || Array.isArray(module.default))
    throw refused('it exports no definition as its default; write `export default defineImport({ … })`');
  if (!looksDefined(module.default))
    throw refused(`it exports no definition that can be used: ${lackOf(module.default)}`);
  try {
    return defineImport(module.default);
  } catch (error) {
    throw refused(messageOf(error), error);
  }
};

const messageOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  const ours = /Cannot find (package|module) 'leadfold/.test(message);
  return ours ? `${message}; an import takes 'leadfold/importing'` : message;
};

/** ` (line 6)`: where in the file it went wrong, as far as the stack tells. */
const lineIn = (file: string, error: unknown): string => {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const name of [pathToFileURL(file).href, file]) {
    const at = stack.indexOf(`${name}:`);
    const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + name.length + 1))?.[0];
    if (line !== undefined) return ` (line ${line})`;
  }
  return '';
};

/** The first thing that a definition lacks. */
const lackOf = ({ source, format, files }: Readonly<Record<string, unknown>>): string => {
  if (typeof source !== 'string') return 'source must be its name';
  if (format !== 'csv' && format !== 'ndjson') return "format must be 'csv' or 'ndjson'";
  if (!Array.isArray(files)) return 'files must be a list of the kinds of files';
  return 'each of its files needs a name, columns, and facts (a function) or a group of key and facts';
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isGroup = (value: unknown): boolean =>
  isObject(value) && typeof value.key === 'function' && typeof value.facts === 'function';

const looksDefined = (value: unknown): value is ImportDefinition =>
  isObject(value) &&
  typeof value.source === 'string' &&
  (value.format === 'csv' || value.format === 'ndjson') &&
  Array.isArray(value.files) &&
  value.files.every(
    (file: unknown) =>
      isObject(file) &&
      typeof file.name === 'string' &&
      Array.isArray(file.columns) &&
      (typeof file.facts === 'function' || isGroup(file.group)),
  );
