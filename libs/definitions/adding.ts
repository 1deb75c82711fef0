import { join, resolve } from 'node:path';
import { catalog } from '../domain/catalog.ts';
import type { Context } from '../projecting/context.ts';
import { createBridge } from './bridge.ts';
import { dropCopies, readBundle, writeCopy } from './copies.ts';
import { DefinitionRefused } from './errors.ts';
import { inspectProjection } from './inspect.ts';
import {
  api,
  definitionsFolder,
  readHeld,
  readRegistry,
  writeRegistry,
  type Registered,
} from './registry.ts';

/** A projection whose files are copied, and that is not registered yet. */
export interface Candidate {
  readonly definition: Registered;
  /** The registered one that it would replace. */
  readonly before: Registered | null;
  /** Types of events that it reads and Leadfold doesn't know. */
  readonly unknownTypes: readonly string[];
}

interface Adding {
  readonly dataDir: string;
  readonly context: Context;
  /** Names that are taken. */
  readonly shipped: readonly string[];
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Loads a projection from a file, and copies it with all that it imports below the data folder. Nothing is registered.
 *
 * @throws DefinitionRefused
 */
export const prepareProjection = async (path: string, adding: Adding): Promise<Candidate> => {
  const { dataDir, context, shipped, now } = adding;
  const bridge = createBridge();
  try {
    const { manifest, files } = await inspectProjection(bridge, path, context);
    const { name } = manifest;
    if (shipped.includes(name))
      throw new DefinitionRefused(
        `${path}: a projection that Leadfold ships is called ${name}; give yours another name`,
      );
    const bundle = readBundle(files);
    const before = readRegistry(dataDir).find(one => one.name === name) ?? null;
    const folder = writeCopy(dataDir, name, bundle);
    const { hash, entry } = bundle;
    try {
      // What is registered is what the copy says, wherever the file was.
      const copy = join(definitionsFolder(dataDir), folder, entry);
      const { manifest: copied } = await inspectProjection(bridge, copy, context);
      return {
        definition: { ...copied, hash, folder, entry, from: resolve(path), addedAt: now, api },
        before,
        unknownTypes: Object.keys(copied.types).filter(type => !catalog.has(type)),
      };
    } catch (error) {
      dropUnneeded(dataDir, name);
      throw error;
    }
  } finally {
    await bridge.close();
  }
};

const unlike =
  (name: string) =>
  (one: Registered): boolean =>
    one.name !== name;

/** Removes the copies that neither what is registered nor what is held of that name is made of. */
const dropUnneeded = (dataDir: string, name: string, alsoKept: readonly string[] = []): void => {
  const needed = [...readRegistry(dataDir), ...readHeld(dataDir)].filter(one => one.name === name);
  dropCopies(dataDir, name, [...needed.map(({ folder }) => folder), ...alsoKept]);
};

/** Makes a candidate, or one that was held, one of the workspace's projections. Copies that nobody needs any more are removed. */
export const registerProjection = (
  dataDir: string,
  { definition, before }: Pick<Candidate, 'definition' | 'before'>,
): void => {
  const others = unlike(definition.name);
  writeRegistry(
    dataDir,
    [...readRegistry(dataDir).filter(others), definition],
    readHeld(dataDir).filter(others),
  );
  // A process that hasn't noticed yet may still fold by the one before.
  dropUnneeded(dataDir, definition.name, before === null ? [] : [before.folder]);
};

/** Keeps a candidate beside the registered one of its name until somebody approves it. One that was held before is forgotten. */
export const holdProjection = (dataDir: string, { definition }: Candidate): void => {
  const held = readHeld(dataDir).filter(unlike(definition.name));
  writeRegistry(dataDir, readRegistry(dataDir), [...held, definition]);
  dropUnneeded(dataDir, definition.name);
};

/** Forgets what is held of that name. */
export const forgetHeld = (dataDir: string, name: string): void => {
  writeRegistry(dataDir, readRegistry(dataDir), readHeld(dataDir).filter(unlike(name)));
  dropUnneeded(dataDir, name);
};

/** Forgets a candidate that did not prove itself. */
export const dropCandidate = (dataDir: string, { definition }: Candidate): void => {
  dropUnneeded(dataDir, definition.name);
};

/** Takes a projection off the list. @throws DefinitionRefused when nobody has added it */
export const unregisterProjection = (dataDir: string, name: string): void => {
  const registered = readRegistry(dataDir);
  if (!registered.some(one => one.name === name)) {
    const known = registered.map(one => one.name).join(', ');
    throw new DefinitionRefused(
      `nobody has added a projection "${name}"; ${known === '' ? 'none was added' : `added are: ${known}`}`,
    );
  }
  const others = unlike(name);
  writeRegistry(dataDir, registered.filter(others), readHeld(dataDir).filter(others));
  dropCopies(dataDir, name);
};
