import type { Collection, Db } from 'mongodb';

import type { ProjectionId } from '../port.ts';
import type {
  BatchDocument,
  CellDocument,
  EntityDocument,
  ParkedDocument,
  StagedDocument,
} from './documents.ts';

/** The collections of one generation. */
export interface Collections {
  readonly batches: Collection<BatchDocument>;
  readonly staged: Collection<StagedDocument>;
  readonly cells: Collection<CellDocument>;
  readonly entities: Collection<EntityDocument>;
  readonly parked: Collection<ParkedDocument>;
}

/** `batches` is dropped first: a reader that misses anything sees at its end that the generation is gone. */
const parts = ['batches', 'staged', 'cells', 'entities', 'parked'] as const;

const nameOf = ({ name, generation }: ProjectionId, part: string): string => `${name}.${generation}.${part}`;

export const collectionsOf = (db: Db, id: ProjectionId): Collections => ({
  batches: db.collection(nameOf(id, 'batches')),
  staged: db.collection(nameOf(id, 'staged')),
  cells: db.collection(nameOf(id, 'cells')),
  entities: db.collection(nameOf(id, 'entities')),
  parked: db.collection(nameOf(id, 'parked')),
});

/** Those that are not there are no error. */
export const dropCollections = async (db: Db, id: ProjectionId): Promise<void> => {
  for (const part of parts) await db.dropCollection(nameOf(id, part));
};

const pattern = /^([a-z][a-z0-9-]*)\.([1-9]\d*)\.(?:batches|staged|cells|entities|parked)$/;

/** The generations that have collections, known or not. */
export const generationsWithCollections = async (db: Db): Promise<readonly ProjectionId[]> => {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const found = new Map<string, ProjectionId>();
  for (const { name: collection } of collections) {
    const [, name, generation] = pattern.exec(collection) ?? [];
    if (name !== undefined) found.set(`${name}.${generation}`, { name, generation: Number(generation) });
  }
  return [...found.values()];
};
