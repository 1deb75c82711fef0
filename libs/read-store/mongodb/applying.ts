import { Long, type AnyBulkWriteOperation, type Collection, type Document } from 'mongodb';

import type { Collections } from './collections.ts';
import { isDuplicateKey } from './server-errors.ts';
import { parts, pieces, type Fields, type Write, type Writes } from './writes.ts';

/** Any of a generation's collections: its documents have a key and a batch. */
type Fenced = Collection<Document & { readonly _id: string; readonly batch: number }>;

/**
 * Writes a batch; any number of workers may do the same at the same time, and again after the batch is closed.
 *
 * @param size operations in one command
 */
export const apply = async (
  collections: Collections,
  batch: number,
  writes: Writes,
  size: number,
): Promise<void> => {
  for (const part of parts) {
    const collection = collections[part] as unknown as Fenced;
    for (const piece of pieces(writes[part], size)) await put(collection, batch, piece);
  }
};

const put = async (collection: Fenced, batch: number, writes: readonly Write[]): Promise<void> => {
  let left = writes;
  while (left.length > 0) {
    try {
      await collection.bulkWrite(
        left.map(write => operation(batch, write)),
        { ordered: false },
      );
      return;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // Somebody else is writing this batch. Which writes the server did and which it skipped, servers tell differently:
      // those documents that are not at the batch yet are sent again, of which each time there are fewer.
      const there = await collection
        .find({ _id: { $in: left.map(({ id }) => id) }, batch: { $gte: batch } }, { projection: { _id: 1 } })
        .toArray();
      const done = new Set(there.map(({ _id }) => _id));
      left = left.filter(({ id }) => !done.has(id));
    }
  }
};

const operation = (
  batch: number,
  { id, fresh, set }: Write,
): AnyBulkWriteOperation<Document & { readonly _id: string; readonly batch: number }> => {
  const fields = toDocument(set);
  return fresh
    ? { insertOne: { document: { _id: id, batch, ...fields } } }
    : { updateOne: { filter: { _id: id, batch: { $lt: batch } }, update: { $set: { ...fields, batch } } } };
};

const total = /^[mp]\d+$/;

const toDocument = (set: Fields): Fields => {
  const large = Object.entries(set).filter(([name, value]) => typeof value === 'string' && total.test(name));
  if (large.length === 0) return set;
  return {
    ...set,
    ...Object.fromEntries(large.map(([name, value]) => [name, Long.fromString(String(value))])),
  };
};
