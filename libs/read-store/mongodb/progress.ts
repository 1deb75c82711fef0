import { UnknownProjection } from '../errors.ts';
import type { ProjectionId } from '../port.ts';
import type { Collections } from './collections.ts';
import type { BatchDocument } from './documents.ts';
import { isDuplicateKey } from './server-errors.ts';

/** How far a generation is. */
export interface Standing {
  /** The last closed batch. */
  readonly batch: number;
  readonly position: number;
  /** The batch after it, when somebody has begun it. */
  readonly pending: BatchDocument | null;
}

/** The batches of a generation: claimed once, closed once, in order. */
export interface Progress {
  /** @throws UnknownProjection */
  read(): Promise<Standing>;
  /** Before the first batch; again is no error. */
  begin(): Promise<void>;
  /** Takes a batch's number; false when somebody else has it. @throws UnknownProjection */
  claim(batch: BatchDocument): Promise<boolean>;
  /** From now on readers see it. Again is no error. @throws UnknownProjection */
  close(batch: number): Promise<void>;
}

/**
 * A number is taken by inserting its document: that one of two fails is promised by every server, also by those whose
 * updates look first and write later. Nothing is ever claimed but the number after a closed one.
 */
export const progressOf = ({ batches }: Pick<Collections, 'batches'>, id: ProjectionId): Progress => {
  const read = async (): Promise<Standing> => {
    const [last, before] = await batches.find({}).sort({ _id: -1 }).limit(2).toArray();
    if (last?.closed === true) return { batch: last._id, position: last.position, pending: null };
    if (last === undefined || before?.closed !== true || before._id !== last._id - 1)
      throw new UnknownProjection(id);
    return { batch: before._id, position: before.position, pending: last };
  };

  return {
    read,
    begin: async () => {
      try {
        await batches.insertOne({ _id: 0, closed: true, from: 0, position: 0, token: '', parts: 0 });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    claim: async batch => {
      try {
        await batches.insertOne(batch);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // Where a retry is not recognised, the first try stands in its way.
        const taken = await batches.findOne({ _id: batch._id });
        if (taken?.token !== batch.token) return false;
      }
      const before = await batches.findOne({ _id: batch._id - 1 });
      if (before?.closed === true) return true;
      // Others are so far ahead that the number had been tidied away, or the generation is gone.
      await batches.deleteOne({ _id: batch._id, token: batch.token });
      await read();
      return false;
    },
    close: async batch => {
      const { matchedCount } = await batches.updateOne({ _id: batch }, { $set: { closed: true } });
      if (matchedCount === 0) await read();
      await batches.deleteMany({ _id: { $lt: batch - 1 } });
    },
  };
};
