import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/event.ts';
import { answer } from '../../read-store/mongodb/connection.ts';
import { isDuplicateKey } from '../../read-store/mongodb/server-errors.ts';
import type { CheckpointStore } from '../port.ts';

interface SubscriberDocument {
  /** The subscriber's name. */
  readonly _id: string;
  /** -1: never saved. A number in any case, so that one comparison does. */
  readonly position: number;
  /** Who holds the lease; empty where nobody does. */
  readonly owner: string;
  /** Epoch ms; 0 where nobody holds it. */
  readonly heldUntil: number;
}

const neverSaved = -1;
const free = { owner: '', heldUntil: 0 } as const;

/** Whether a write that inserts where nothing matches did anything: a duplicate key says that another document stands in its way. */
const matched = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await answer(async () => {
      await write();
    });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
};

/**
 * Subscribers' checkpoints in a collection of a MongoDB database; each change is one write to one document.
 *
 * @example
 * const checkpoints = mongoCheckpoints({ db, clock: Date.now });
 */
export const mongoCheckpoints = ({
  db,
  clock,
}: {
  readonly db: Db;
  readonly clock: Clock;
}): Omit<CheckpointStore, 'close'> => {
  const subscribers: Collection<SubscriberDocument> = db.collection('subscribers');
  return {
    load: name =>
      answer(async () => {
        const found = await subscribers.findOne({ _id: name });
        return found === null || found.position === neverSaved ? null : found.position;
      }),
    save: async (name, position) => {
      await matched(() =>
        subscribers.updateOne(
          { _id: name, position: { $lt: position } },
          { $set: { position }, $setOnInsert: free },
          { upsert: true },
        ),
      );
    },
    hold: async (name, owner, ms) => {
      const now = clock();
      return matched(() =>
        subscribers.updateOne(
          { _id: name, $or: [{ owner }, { heldUntil: { $lte: now } }] },
          { $set: { owner, heldUntil: now + ms }, $setOnInsert: { position: neverSaved } },
          { upsert: true },
        ),
      );
    },
    release: (name, owner) =>
      answer(async () => {
        await subscribers.updateOne({ _id: name, owner }, { $set: free });
      }),
  };
};
