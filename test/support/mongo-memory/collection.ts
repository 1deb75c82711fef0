import { BSON, MongoServerError, type AnyBulkWriteOperation, type Document } from 'mongodb';
import { compare, matches, valueAt } from './matching.ts';

/** How a server takes an unordered bulk write that meets a duplicate key. */
export type OnDuplicate = 'goes on' | 'stops';

/** A command as the server got it. */
export interface Command {
  readonly collection: string;
  readonly name: string;
  /** Filter, operations or names. */
  readonly of: unknown;
}

interface Options {
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
  readonly projection?: Readonly<Record<string, 0 | 1>>;
}

export interface Place {
  readonly documents: Map<unknown, Document>;
  readonly indexes: Map<string, Document>;
}

const duplicate = (id: unknown): MongoServerError =>
  new MongoServerError({ message: `duplicate key ${String(id)}`, code: 11_000 });

/** What the driver makes of a document on its way to the server and back. */
const travelled = (document: Document): Document => BSON.deserialize(BSON.serialize(document));

const projected = (document: Document, projection: Options['projection'] = {}): Document => {
  const names = Object.entries(projection);
  const kept = names.filter(([, wanted]) => wanted === 1).map(([name]) => name);
  return Object.fromEntries(
    Object.entries(document).filter(([name]) =>
      kept.length > 0 ? name === '_id' || kept.includes(name) : projection[name] !== 0,
    ),
  );
};

/** A collection in memory, with what the adapter uses of the driver's. */
export const memoryCollection = (
  name: string,
  /** Null until something is written. */
  place: (make: boolean) => Place | null,
  onDuplicate: OnDuplicate,
  run: <T>(command: Command, work: () => T) => Promise<T>,
) => {
  const all = (): Document[] => [...(place(false)?.documents.values() ?? [])];

  const found = (filter: Document, { sort = {}, limit = 0, projection }: Options): Document[] => {
    const sorted = all()
      .filter(each => matches(each, filter))
      .sort((a, b) => {
        for (const [path, direction] of Object.entries(sort)) {
          const order = compare(valueAt(a, path), valueAt(b, path));
          if (order !== 0) return order * direction;
        }
        return 0;
      });
    return sorted
      .slice(0, limit === 0 ? undefined : limit)
      .map(each => travelled(projected(each, projection)));
  };

  const insert = (document: Document): void => {
    const { documents } = place(true)!;
    if (documents.has(document['_id'])) throw duplicate(document['_id']);
    documents.set(document['_id'], travelled(document));
  };

  const update = (filter: Document, { $set }: Document): { readonly matchedCount: number } => {
    const target = all().find(each => matches(each, filter));
    if (target === undefined) return { matchedCount: 0 };
    place(true)!.documents.set(target['_id'], travelled({ ...target, ...($set as Document) }));
    return { matchedCount: 1 };
  };

  const remove = (filter: Document, most: number): void => {
    const gone = all()
      .filter(each => matches(each, filter))
      .slice(0, most);
    for (const { _id } of gone) place(true)!.documents.delete(_id);
  };

  const bulk = (operations: readonly AnyBulkWriteOperation[]): void => {
    let refused: MongoServerError | null = null;
    for (const operation of operations)
      try {
        if ('insertOne' in operation) insert(operation.insertOne.document);
        else if ('updateOne' in operation) update(operation.updateOne.filter, operation.updateOne.update);
        else throw new Error('no such operation here');
      } catch (error) {
        if (!(error instanceof MongoServerError)) throw error;
        refused ??= error;
        if (onDuplicate === 'stops') break;
      }
    if (refused !== null) throw refused;
  };

  const cursor = (filter: Document, options: Options) => ({
    sort: (sort: Options['sort']) => cursor(filter, { ...options, ...(sort && { sort }) }),
    limit: (limit: number) => cursor(filter, { ...options, limit }),
    toArray: () => run({ collection: name, name: 'find', of: filter }, () => found(filter, options)),
    async *[Symbol.asyncIterator]() {
      yield* await run({ collection: name, name: 'find', of: filter }, () => found(filter, options));
    },
  });

  return {
    find: (filter: Document = {}, options: Options = {}) => cursor(filter, options),
    findOne: (filter: Document) =>
      run({ collection: name, name: 'findOne', of: filter }, () => found(filter, { limit: 1 })[0] ?? null),
    insertOne: (document: Document) =>
      run({ collection: name, name: 'insertOne', of: document }, () => insert(document)),
    updateOne: (filter: Document, change: Document) =>
      run({ collection: name, name: 'updateOne', of: filter }, () => update(filter, change)),
    deleteOne: (filter: Document) =>
      run({ collection: name, name: 'deleteOne', of: filter }, () => remove(filter, 1)),
    deleteMany: (filter: Document) =>
      run({ collection: name, name: 'deleteMany', of: filter }, () => remove(filter, Infinity)),
    bulkWrite: (operations: readonly AnyBulkWriteOperation[]) =>
      run({ collection: name, name: 'bulkWrite', of: operations }, () => bulk(operations)),
    createIndexes: (indexes: readonly (Document & { readonly name: string })[]) =>
      run({ collection: name, name: 'createIndexes', of: indexes.map(each => each.name) }, () => {
        for (const each of indexes) place(true)!.indexes.set(each.name, each);
      }),
    listIndexes: () => ({
      toArray: () =>
        run({ collection: name, name: 'listIndexes', of: null }, () => {
          const there = place(false);
          if (there === null) throw new MongoServerError({ message: 'no such collection', code: 26 });
          return [{ name: '_id_', key: { _id: 1 } }, ...there.indexes.values()];
        }),
    }),
    dropIndex: (index: string) =>
      run({ collection: name, name: 'dropIndex', of: index }, () => void place(false)?.indexes.delete(index)),
  };
};
