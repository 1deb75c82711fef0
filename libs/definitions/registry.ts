import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from './manifest.ts';

/** A projection that somebody added, as the registry holds it. */
export interface Registered extends Manifest {
  /** SHA-256 over the paths and contents of its files. */
  readonly hash: string;
  /** Where its files are, relative to the folder of definitions. */
  readonly folder: string;
  /** The definition's own file, relative to `folder`. */
  readonly entry: string;
  /** The file that was added, where it was then. */
  readonly from: string;
  /** Epoch ms. */
  readonly addedAt: number;
  /** What Leadfold offered to definitions when it was added. */
  readonly api: number;
}

/** Raised when what `leadfold/projecting` offers changes so that definitions must be added again. */
export const api = 1;

const form = 1;

/** The folder of users' definitions within the data folder. */
export const definitionsFolder = (dataDir: string): string => join(dataDir, 'definitions');

const registryFile = (dataDir: string): string => join(definitionsFolder(dataDir), 'registry.json');

interface Contents {
  readonly projections: readonly Registered[];
  readonly held: readonly Registered[];
}

const readContents = (dataDir: string): Contents => {
  const file = registryFile(dataDir);
  const text = readText(file);
  if (text === null) return { projections: [], held: [] };
  try {
    const contents = JSON.parse(text) as { readonly [name in keyof Contents | 'format']?: unknown };
    const { format, projections, held = [] } = contents;
    if (format === form && Array.isArray(projections) && Array.isArray(held))
      return { projections: projections as readonly Registered[], held: held as readonly Registered[] };
  } catch {
    // No JSON: as damaged as any other.
  }
  throw new Error(`${file} is damaged; delete it and add the definitions again`);
};

/** The projections that were added. @throws Error when the registry is damaged */
export const readRegistry = (dataDir: string): readonly Registered[] => readContents(dataDir).projections;

/** Those that wait for approval, at most one of a name. @throws Error when the registry is damaged */
export const readHeld = (dataDir: string): readonly Registered[] => readContents(dataDir).held;

/** Writes the registry anew, in one step. The last of two writers at the same moment wins. */
export const writeRegistry = (
  dataDir: string,
  projections: readonly Registered[],
  held: readonly Registered[] = [],
): void => {
  const file = registryFile(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ format: form, projections, held }, null, 2)}\n`);
  renameSync(draft, file);
};

/** Changes whenever the registry is written. */
export const registryStamp = (dataDir: string): string => {
  const found = statSync(registryFile(dataDir), { throwIfNoEntry: false, bigint: true });
  return found === undefined ? '' : `${found.ino}.${found.mtimeNs}.${found.size}`;
};

const readText = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
