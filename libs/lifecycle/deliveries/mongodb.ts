import type { Collection, Db, Filter } from 'mongodb';
import { answer } from '../../read-store/mongodb/connection.ts';
import { ensure } from '../../read-store/mongodb/generation-indexes.ts';
import type { Delivery, DeliveryStore } from '../webhooks/port.ts';
import { decodePlace, encodePlace, type Place } from './cursor.ts';

interface DeliveryDocument extends Delivery {
  readonly _id: string;
  /** Whether somebody asked for it: what is looked for by equality, servers find by an index. */
  readonly asked: boolean;
}

const keyOf = (webhookId: string, id: string): string => `${webhookId}/${id}`;

const inOrder = { position: 1, ordinal: 1 } as const;
const latestFirst = { position: -1, ordinal: -1 } as const;

const indexes = [
  { name: 'pending_v1', key: { webhookId: 1, status: 1, position: 1, ordinal: 1 } },
  { name: 'latest_v1', key: { webhookId: 1, position: -1, ordinal: -1 } },
  { name: 'asked_v1', key: { webhookId: 1, asked: 1 } },
  { name: 'delivered_v1', key: { webhookId: 1, status: 1, doneAt: -1 } },
  { name: 'done_v1', key: { doneAt: 1 } },
] as const;

const toDocument = (delivery: Delivery): DeliveryDocument => ({
  _id: keyOf(delivery.webhookId, delivery.id),
  ...delivery,
  asked: delivery.askedAt !== null,
});

/** What may be missing in an answer: some servers keep neither null nor an empty list. */
type Found = Omit<DeliveryDocument, 'attempts' | 'dueAt' | 'doneAt' | 'askedAt'> & Partial<Delivery>;

const fromDocument = (found: Found): Delivery => ({
  webhookId: found.webhookId,
  id: found.id,
  position: found.position,
  ordinal: found.ordinal,
  leadId: found.leadId,
  type: found.type,
  stream: found.stream,
  revision: found.revision,
  status: found.status,
  attempts: found.attempts ?? [],
  dueAt: found.dueAt ?? null,
  doneAt: found.doneAt ?? null,
  askedAt: found.askedAt ?? null,
});

const before = ({ position, ordinal }: Place): Filter<DeliveryDocument> => ({
  $or: [{ position: { $lt: position } }, { position, ordinal: { $lt: ordinal } }],
});

/**
 * Deliveries in a collection of a MongoDB database.
 *
 * @param options.batchSize operations in one command
 * @example
 * const deliveries = mongoDeliveries({ db, batchSize: 1_000 });
 */
export const mongoDeliveries = ({
  db,
  batchSize,
}: {
  readonly db: Db;
  readonly batchSize: number;
}): Omit<DeliveryStore, 'close'> => {
  const collection: Collection<DeliveryDocument> = db.collection('webhookDeliveries');
  let indexed: Promise<unknown> | undefined;

  const call = <T>(work: () => Promise<T>): Promise<T> =>
    answer(async () => {
      indexed ??= ensure(collection, indexes).catch((error: unknown) => {
        indexed = undefined;
        throw error;
      });
      await indexed;
      return work();
    });

  /** In the order given, so that a crash leaves the first ones. */
  const addSome = async (some: readonly Delivery[]): Promise<readonly string[]> => {
    const writes = some.map(toDocument).map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
    }));
    const { upsertedIds } = await collection.bulkWrite(writes, { ordered: true });
    // By id: not every server counts the writes that came before.
    const upserted = new Set<unknown>(Object.values(upsertedIds));
    return some.map(({ id }) => id).filter((id, at) => upserted.has(writes[at]?.updateOne.filter._id));
  };

  const known = (found: DeliveryDocument | null): Delivery | null =>
    found === null ? null : fromDocument(found);

  return {
    add: deliveries =>
      call(async () => {
        const added = new Set<string>();
        for (let at = 0; at < deliveries.length; at += batchSize)
          for (const id of await addSome(deliveries.slice(at, at + batchSize))) added.add(id);
        return added;
      }),
    save: ({ webhookId, id, status, attempts, dueAt, doneAt, askedAt }) =>
      call(async () => {
        const _id = keyOf(webhookId, id);
        await collection.updateOne({ _id }, { $set: { status, attempts, dueAt, doneAt } });
        if (askedAt !== null)
          await collection.updateOne({ _id, askedAt }, { $set: { askedAt: null, asked: false } });
      }),
    pending: (webhookId, limit) =>
      call(async () => {
        const found = collection.find({ webhookId, status: 'pending' }).sort(inOrder).limit(limit);
        return (await found.toArray()).map(fromDocument);
      }),
    asked: webhookId =>
      call(async () => (await collection.find({ webhookId, asked: true }).toArray()).map(fromDocument)),
    ask: (webhookId, id, at) =>
      call(async () =>
        known(
          await collection.findOneAndUpdate(
            { _id: keyOf(webhookId, id) },
            { $set: { askedAt: at, asked: true } },
            { returnDocument: 'after' },
          ),
        ),
      ),
    find: (webhookId, id) => call(async () => known(await collection.findOne({ _id: keyOf(webhookId, id) }))),
    list: (webhookId, { status, limit, cursor }) =>
      call(async () => {
        const found = await collection
          .find({
            webhookId,
            ...(status === undefined ? {} : { status }),
            ...(cursor === undefined ? {} : before(decodePlace(cursor))),
          })
          .sort(latestFirst)
          .limit(limit + 1)
          .toArray();
        const deliveries = found.slice(0, limit).map(fromDocument);
        const last = found.length > limit ? deliveries.at(-1) : undefined;
        return { deliveries, nextCursor: last === undefined ? null : encodePlace(last) };
      }),
    lastDelivered: webhookId =>
      call(async () => {
        const found = collection.find({ webhookId, status: 'delivered' }).sort({ doneAt: -1 }).limit(1);
        return (await found.next())?.doneAt ?? null;
      }),
    drop: webhookId =>
      call(async () => {
        await collection.deleteMany({ webhookId });
      }),
    prune: instant =>
      call(async () => {
        await collection.deleteMany({ doneAt: { $gt: 0, $lt: instant } });
      }),
  };
};
