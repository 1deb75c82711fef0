import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, relative, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefinitionRefused } from './errors.ts';
import type { Guards } from './guards.ts';
import { formatOf } from './modules.ts';
import { surfaceNames, surfaceOf } from './surfaces.ts';

/** The files that a definition is made of, as they are found while it is loaded. */
export interface Closure {
  /** URLs of its own files, the entry first. */
  readonly files: ReadonlySet<string>;
  /** How people know one of them: its path as seen from the entry's folder. */
  readonly nameOf: (url: string) => string;
  /** Guards that Node's own work of loading must not meet. */
  readonly guardedBy: (guards: Guards) => void;
  /** From now on nothing more may be loaded. */
  readonly seal: () => void;
}

const mostFiles = 200;
const mostBytes = 5_000_000;

/**
 * Watches over what a definition imports: relative files and `leadfold/…`, nothing else. Relative paths are taken as they
 * are written, also through symbolic links, so that a copy of the files finds the same.
 */
export const watchClosure = (entry: string): Closure => {
  const files = new Set([entry]);
  const folder = dirname(fileURLToPath(entry));
  const nameOf = (url: string): string => relative(folder, fileURLToPath(url)) || basename(folder);
  let unguarded: Guards['without'] = work => work();
  let sealed = false;
  let bytes = 0;

  const resolveOwn = (specifier: string, parent: string): string => {
    const by = `${nameOf(parent)}${lineOf(specifier, parent)}`;
    if (sealed) throw new DefinitionRefused(`${by}: a projection may not import while it folds`);
    const surface = surfaceOf(specifier);
    if (surface !== null) return surface;
    if (!/^\.\.?\//.test(specifier) || /[?#]/.test(specifier))
      throw new DefinitionRefused(`${by} ${refusal(specifier)}`);
    const url = new URL(specifier, parent).href;
    const problem = problemOf(specifier, url);
    if (problem !== null) throw new DefinitionRefused(`${by} imports "${specifier}"; ${problem}`);
    files.add(url);
    if (files.size > mostFiles)
      throw new DefinitionRefused(`${nameOf(entry)} imports more than ${mostFiles} files`);
    return url;
  };

  const sourceOf = (url: string, format: string): string => {
    const source = readFileSync(new URL(url), 'utf8');
    bytes += source.length;
    if (bytes > mostBytes)
      throw new DefinitionRefused(`${nameOf(entry)} and what it imports are larger than ${mostBytes} bytes`);
    return format === 'module-typescript' ? stripTypeScriptTypes(source, { sourceUrl: url }) : source;
  };

  registerHooks({
    resolve: (specifier, context, next) =>
      unguarded(() => {
        const { parentURL, importAttributes } = context;
        if (parentURL === undefined || !files.has(parentURL)) return next(specifier, context);
        return { url: resolveOwn(specifier, parentURL), importAttributes, shortCircuit: true };
      }),
    load: (url, context, next) =>
      unguarded(() => {
        const format = files.has(url) ? formatOf(url) : null;
        if (format === null) return next(url, context);
        return { format: 'module', source: sourceOf(url, format), shortCircuit: true };
      }),
  });
  return {
    files,
    nameOf,
    guardedBy: guards => void (unguarded = guards.without),
    seal: () => void (sealed = true),
  };
};

const refusal = (specifier: string): string => {
  if (
    specifier.startsWith('node:') ||
    /^(fs|http|https|net|crypto|os|path|child_process|process)(\/|$)/.test(specifier)
  )
    return `imports "${specifier}", but a projection may not use Node's own modules: everything it needs is in the events`;
  if (specifier.startsWith('/') || specifier.startsWith('file:'))
    return `imports "${specifier}"; write it as a relative path, so that it can be copied with the definition`;
  return `imports "${specifier}", but a definition may import its own relative files and ${surfaceNames.join(', ')} only; copy what you need of the package into a file beside it`;
};

/** Why a file of a definition can't be loaded, or null. */
export const problemOf = (named: string, url: string): string | null => {
  const path = fileURLToPath(url);
  const extension = extname(path);
  if (!existsSync(path)) {
    const ending = ['.ts', '.js', '.mts', '.mjs'].find(one => existsSync(path + one));
    if (ending !== undefined) return `write the ending: "${named}${ending}"`;
    const typed = path.replace(/\.(m?)js$/, '.$1ts');
    if (typed !== path && existsSync(typed))
      return `write it as it is called: "${named.replace(/js$/, 'ts')}"`;
    return isLink(path) ? 'it is a link that leads nowhere' : 'there is no such file';
  }
  if (!statSync(path).isFile()) return 'it is no file';
  if (extension !== '.json' && formatOf(url) === null) return 'it must end in .ts, .mts, .js, .mjs or .json';
  return statSync(path).size > mostBytes ? `it is larger than ${mostBytes} bytes` : null;
};

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** `:3`, where the importing file names it. */
const lineOf = (specifier: string, parent: string): string => {
  const lines = readFileSync(new URL(parent), 'utf8').split('\n');
  const at = lines.findIndex(line => line.includes(`'${specifier}'`) || line.includes(`"${specifier}"`));
  return at < 0 ? '' : `:${at + 1}`;
};
