import { registerHooks, type LoadHookSync, type ResolveHookSync } from 'node:module';
import { extname } from 'node:path';
import { surfaceOf } from './surfaces.ts';

const formats: Readonly<Record<string, string>> = {
  '.ts': 'module-typescript',
  '.mts': 'module-typescript',
  '.js': 'module',
  '.mjs': 'module',
};

/** A definition file is a module, wherever it stands and whatever a package.json above it says. */
export const formatOf = (url: string): string | null => formats[extname(new URL(url).pathname)] ?? null;

const isRelative = (specifier: string): boolean => /^\.\.?\//.test(specifier);

const own = new Set<string>();
let hooked = false;

const resolve: ResolveHookSync = (specifier, context, next) => {
  const surface = surfaceOf(specifier);
  if (surface !== null) return { url: surface, shortCircuit: true };
  const found = next(specifier, context);
  const byOwn = context.parentURL !== undefined && own.has(context.parentURL);
  if (byOwn && isRelative(specifier)) own.add(found.url);
  return found;
};

const load: LoadHookSync = (url, context, next) => {
  const format = own.has(url) ? formatOf(url) : null;
  return next(url, format === null ? context : { ...context, format });
};

/**
 * Lets modules that are imported from now on name `leadfold/projecting` and `leadfold/importing`; they get the running
 * program's own. `entry` is the URL of a definition: it and what it imports by relative paths are taken as modules.
 */
export const offerLeadfold = (entry?: string): void => {
  if (entry !== undefined) own.add(entry);
  if (hooked) return;
  registerHooks({ resolve, load });
  hooked = true;
};
