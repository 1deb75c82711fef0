import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { definitionsFolder } from './registry.ts';

/** The files of a definition, in memory. */
export interface Bundle {
  /** The definition's own file; a key of `files`. */
  readonly entry: string;
  /** Contents by path below the folder that all of them are in, with `/` between folders. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** SHA-256 over paths and contents. */
  readonly hash: string;
}

/** Reads files as one bundle. @param paths absolute, the definition's own first */
export const readBundle = (paths: readonly string[]): Bundle => {
  const root = commonFolder(paths);
  const within = (path: string): string => relative(root, path).split(sep).join('/');
  const files = new Map(paths.map(path => [within(path), readFileSync(path)]));
  return { entry: within(paths[0] ?? ''), files, hash: hashOf(files) };
};

/** Of the names and contents, whatever their order. */
export const hashOf = (files: ReadonlyMap<string, Uint8Array>): string => {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // Lengths in front, so that no two bundles run together to the same bytes.
    hash.update(`${Buffer.byteLength(path)}:${path}${content.length}:`).update(content);
  }
  return hash.digest('hex');
};

/** The deepest folder that holds all of the paths. */
export const commonFolder = (paths: readonly string[]): string => {
  const [first = [], ...others] = paths.map(path => dirname(path).split(sep));
  const same = first.findIndex((part, index) => others.some(other => other[index] !== part));
  return (same < 0 ? first : first.slice(0, same)).join(sep) || sep;
};

/** Where a definition's copy is, relative to the folder of definitions. */
export const copyFolder = (name: string, hash: string): string => join(name, hash.slice(0, 16));

/** Writes a bundle below the data folder, all of it or nothing. Answers its folder, relative to that of definitions. */
export const writeCopy = (dataDir: string, name: string, { files, hash }: Bundle): string => {
  const base = definitionsFolder(dataDir);
  const folder = copyFolder(name, hash);
  const target = join(base, folder);
  if (existsSync(target)) return folder;
  const draft = join(base, `.draft-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  for (const [path, content] of files) {
    const file = join(draft, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  mkdirSync(dirname(target), { recursive: true });
  renameSync(draft, target);
  return folder;
};

/** Removes copies of a definition but those that are named. */
export const dropCopies = (dataDir: string, name: string, keep: readonly string[] = []): void => {
  const folder = join(definitionsFolder(dataDir), name);
  if (!existsSync(folder)) return;
  const kept = keep.map(path => join(definitionsFolder(dataDir), path));
  for (const each of readdirSync(folder))
    if (!kept.includes(join(folder, each))) rmSync(join(folder, each), { recursive: true, force: true });
  if (kept.length === 0) rmSync(folder, { recursive: true, force: true });
};
