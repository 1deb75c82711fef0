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
  const module = await import(pathToFileURL(resolve(path)).href).then(
    (loaded: unknown) => loaded as { readonly default?: unknown },
    (error: unknown) => {
      throw refused(`the definition can't be loaded: ${messageOf(error)}`, error);
    },
  );
  if (!looksDefined(module.default))
    throw refused('it exports no definition as its default; write `export default defineImport({ … })`');
  try {
    return defineImport(module.default);
  } catch (error) {
    throw refused(messageOf(error), error);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

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
