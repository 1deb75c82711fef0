import type { Collection, Db } from 'mongodb';

import { InvalidRequest, UnknownProjection } from '../errors.ts';
import type { CellSchema, Generation, ProjectionId } from '../port.ts';
import { isDuplicateKey } from './server-errors.ts';

interface GenerationDocument {
  readonly _id: string;
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly fingerprint: string;
  /** JSON, which keeps the order of its parts. */
  readonly schema: string;
  readonly createdAt: number;
  readonly held: boolean;
  /** Of a name's generations the one that was promoted last is live; those that were before are gone. 0: never. */
  readonly promoted: number;
  /** What is dropped stays on the list, so that its number is not used again. */
  readonly dropped: boolean;
}

/** The list of generations. Every change is one write to one document, so no reader sees half of it. */
export interface Catalog {
  list(name?: string): Promise<readonly Generation[]>;
  find(id: ProjectionId): Promise<Generation | null>;
  create(given: Omit<Generation, 'generation' | 'status'>): Promise<Generation>;
  /** Answers the generations that are gone by it. */
  promote(id: ProjectionId): Promise<readonly ProjectionId[]>;
  hold(id: ProjectionId): Promise<void>;
  /** Answers whether there was such a generation, ever. */
  drop(id: ProjectionId): Promise<boolean>;
}

const keyOf = ({ name, generation }: ProjectionId): string => `${name}/${generation}`;

export const openCatalog = (db: Db): Catalog => {
  const documents: Collection<GenerationDocument> = db.collection('generations');

  const read = async (name?: string): Promise<readonly GenerationDocument[]> =>
    documents.find(name === undefined ? {} : { name }).toArray();

  const standing = async ({ name, generation }: ProjectionId): Promise<Listed | undefined> =>
    listed(await read(name)).find(each => each.generation === generation);

  /** @throws UnknownProjection */
  const change = async (id: ProjectionId, set: Partial<GenerationDocument>): Promise<void> => {
    const { matchedCount } = await documents.updateOne({ _id: keyOf(id), dropped: false }, { $set: set });
    if (matchedCount === 0) throw new UnknownProjection(id);
  };

  const create: Catalog['create'] = async given => {
    const { name, version, fingerprint, schema, createdAt } = given;
    for (;;) {
      const numbers = (await read(name)).map(({ generation }) => generation);
      const generation = Math.max(0, ...numbers) + 1;
      try {
        await documents.insertOne({
          _id: keyOf({ name, generation }),
          name,
          generation,
          version,
          fingerprint,
          schema: JSON.stringify(schema),
          createdAt,
          held: false,
          promoted: 0,
          dropped: false,
        });
        return { name, generation, version, fingerprint, schema, status: 'building', createdAt };
      } catch (error) {
        // Somebody else took the number.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  };

  return {
    list: async name => listed(await read(name)).map(toGeneration),
    find: async id => {
      const found = await standing(id);
      return found === undefined ? null : toGeneration(found);
    },
    create,
    promote: async id => {
      const before = await read(id.name);
      const chosen = listed(before).find(({ generation }) => generation === id.generation);
      if (chosen === undefined) throw new UnknownProjection(id);
      if (chosen.status === 'live') return [];
      await change(id, { promoted: Math.max(...before.map(({ promoted }) => promoted)) + 1 });
      // Looked at anew: another may have been promoted at the same time.
      const after = superseded(await read(id.name));
      for (const { _id } of after) await documents.updateOne({ _id }, { $set: { dropped: true } });
      return after;
    },
    hold: async id => {
      if ((await standing(id))?.status === 'live')
        throw new InvalidRequest(
          'status',
          `${id.name} generation ${id.generation} is live and can't be held`,
        );
      await change(id, { held: true });
    },
    drop: async id => {
      const { matchedCount } = await documents.updateOne({ _id: keyOf(id) }, { $set: { dropped: true } });
      return matchedCount > 0;
    },
  };
};

type Listed = GenerationDocument & Pick<Generation, 'status'>;

/** Of each name the one that was promoted last; of two at the same time, the one with the higher number. */
const promotedLast = (documents: readonly GenerationDocument[]): ReadonlySet<GenerationDocument> => {
  const last = new Map<string, GenerationDocument>();
  for (const each of documents) {
    const known = last.get(each.name);
    const further = each.promoted - (known?.promoted ?? 0);
    if (further > 0 || (further === 0 && known !== undefined && each.generation > known.generation))
      last.set(each.name, each);
  }
  return new Set(last.values());
};

/** Those that were live before another was promoted, and that nobody has dropped yet. */
const superseded = (documents: readonly GenerationDocument[]): readonly GenerationDocument[] => {
  const last = promotedLast(documents);
  return documents.filter(each => !each.dropped && each.promoted > 0 && !last.has(each));
};

/** Those that are there, by name and number, with what they are. */
const listed = (documents: readonly GenerationDocument[]): readonly Listed[] => {
  const gone = new Set(superseded(documents));
  return documents
    .filter(each => !each.dropped && !gone.has(each))
    .map((each): Listed => ({
      ...each,
      status: each.promoted > 0 ? 'live' : each.held ? 'held' : 'building',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.generation - b.generation));
};

const toGeneration = ({
  name,
  generation,
  version,
  fingerprint,
  schema,
  status,
  createdAt,
}: Listed): Generation => ({
  name,
  generation,
  version,
  fingerprint,
  schema: JSON.parse(schema) as CellSchema,
  status,
  createdAt,
});
