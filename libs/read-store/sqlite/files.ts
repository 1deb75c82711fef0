import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { UnknownProjection } from '../errors.ts';
import type { ProjectionId } from '../port.ts';
import type { Catalog } from './catalog.ts';
import { removeDatabase } from './connection.ts';
import { openGeneration, type OpenGeneration } from './generation.ts';

/** The generations' files: opened when first used, closed and deleted when dropped. */
export interface Files {
  /** @throws UnknownProjection */
  open(id: ProjectionId): OpenGeneration;
  remove(id: ProjectionId): void;
  closeAll(): void;
}

/** @param busyMs how long a writer waits for another, ms */
export const generationFiles = (dir: string, catalog: Catalog, busyMs?: number): Files => {
  const open = new Map<string, OpenGeneration>();
  const fileOf = (id: ProjectionId): string => join(dir, `${id.name}.${id.generation}.sqlite`);

  const forget = (file: string): void => {
    open.get(file)?.close();
    open.delete(file);
  };
  const remove = (id: ProjectionId): void => {
    const file = fileOf(id);
    forget(file);
    removeDatabase(file);
  };

  return {
    open: id => {
      const file = fileOf(id);
      const generation = catalog.find(id);
      if (generation === null) {
        forget(file);
        throw new UnknownProjection(id);
      }
      const known = open.get(file);
      if (known) return known;
      const fresh = openGeneration(file, generation, busyMs);
      open.set(file, fresh);
      if (catalog.find(id) === null) {
        // Another process dropped it while the file was being opened, perhaps made anew.
        remove(id);
        throw new UnknownProjection(id);
      }
      return fresh;
    },
    remove,
    closeAll: () => {
      for (const file of [...open.keys()]) forget(file);
    },
  };
};

const generationFile = /^([a-z][a-z0-9-]*)\.([1-9]\d*)\.sqlite(?:-wal|-shm|-journal)?$/;

/**
 * Removes files of generations that the catalogue does not know: a crash between the catalogue's step and the file's
 * leaves them. The folder is read first: a generation is in the catalogue before its file is made.
 */
export const removeOrphans = (dir: string, catalog: Catalog): void => {
  const files = readdirSync(dir);
  const known = new Set(catalog.list().map(({ name, generation }) => `${name}.${generation}`));
  for (const file of files) {
    const [, name, generation] = generationFile.exec(file) ?? [];
    if (name !== undefined && !known.has(`${name}.${generation}`))
      removeDatabase(join(dir, `${name}.${generation}.sqlite`));
  }
};
