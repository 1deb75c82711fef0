import { describe, expect, it } from '@jest/globals';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { UnknownProjection } from '../errors.ts';
import { collectionsOf } from './collections.ts';
import type { BatchDocument } from './documents.ts';
import { progressOf } from './progress.ts';

const id = { name: 'deals', generation: 1 };
const batch = (number: number, token = `t${number}`): BatchDocument => ({
  ...{ _id: number, closed: false, token, parts: 1 },
  ...{ from: (number - 1) * 10, position: number * 10 },
});

const begin = async () => {
  const memory = memoryDb();
  const progress = progressOf(collectionsOf(memory.db, id), id);
  await progress.begin();
  const claimed = async (...numbers: readonly number[]): Promise<void> => {
    for (const each of numbers) {
      expect(await progress.claim(batch(each))).toBe(true);
      await progress.close(each);
    }
  };
  const numbers = () => memory.documents('deals.1.batches').map(({ _id }) => _id as unknown);
  return { memory, progress, claimed, numbers };
};

describe('how far a generation is', () => {
  it('is nowhere at the beginning, however often it is begun', async () => {
    const { progress } = await begin();
    await progress.begin();
    expect(await progress.read()).toEqual({ batch: 0, position: 0, pending: null });
  });

  it('is at the last closed batch; one that is begun is told beside it', async () => {
    const { progress, claimed } = await begin();
    await claimed(1);
    expect(await progress.claim(batch(2))).toBe(true);
    expect(await progress.read()).toEqual({ batch: 1, position: 10, pending: batch(2) });
    await progress.close(2);
    expect(await progress.read()).toEqual({ batch: 2, position: 20, pending: null });
  });

  it('keeps the two newest batches alone', async () => {
    const { claimed, numbers } = await begin();
    await claimed(1, 2, 3, 4);
    expect(numbers()).toEqual([3, 4]);
  });

  it('does not begin anew where batches have been tidied away', async () => {
    const { progress, claimed } = await begin();
    await claimed(1, 2, 3);
    await progress.begin();
    expect(await progress.read()).toMatchObject({ batch: 3, position: 30 });
  });

  it.each([
    ['nothing', []],
    ['a batch that is open and nothing before it', [batch(4)]],
    ['an open batch after another open one', [batch(3), batch(4)]],
    ['an open batch and not the one before it', [{ ...batch(2), closed: true }, batch(4)]],
  ])('is not known where there is %s', async (_, documents) => {
    const memory = memoryDb();
    for (const each of documents) await memory.db.collection('deals.1.batches').insertOne(each as never);
    await expect(progressOf(collectionsOf(memory.db, id), id).read()).rejects.toBeInstanceOf(
      UnknownProjection,
    );
  });
});

describe('the number of a batch', () => {
  it('is for one worker alone', async () => {
    const { progress } = await begin();
    const claims = ['a', 'b', 'c'].map(token => progress.claim(batch(1, token)));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
  });

  it('is still his whose first try was written without his hearing of it', async () => {
    const { memory, progress } = await begin();
    await memory.db.collection('deals.1.batches').insertOne(batch(1, 'mine') as never);
    expect(await progress.claim(batch(1, 'mine'))).toBe(true);
  });

  it('is taken by nobody who slept through others, and nothing of his is left', async () => {
    const { progress, claimed, numbers } = await begin();
    await claimed(1, 2, 3, 4);
    expect(await progress.claim(batch(2, 'sleeper'))).toBe(false);
    expect(numbers()).toEqual([3, 4]);
    expect(await progress.read()).toMatchObject({ batch: 4 });
  });

  it('is not taken while the one before is open', async () => {
    const { progress } = await begin();
    await progress.claim(batch(1));
    expect(await progress.claim(batch(2))).toBe(false);
    expect(await progress.read()).toMatchObject({ batch: 0, pending: { _id: 1 } });
  });

  it('can’t be taken, or closed, in a generation that is gone; what was written is taken back', async () => {
    const { memory, progress, claimed } = await begin();
    await claimed(1);
    await memory.db.dropCollection('deals.1.batches');
    await expect(progress.claim(batch(2))).rejects.toBeInstanceOf(UnknownProjection);
    expect(memory.documents('deals.1.batches')).toEqual([]);
    await expect(progress.close(2)).rejects.toBeInstanceOf(UnknownProjection);
  });

  it('may be closed twice, also when the next one is closed already', async () => {
    const { progress, claimed } = await begin();
    await claimed(1);
    await progress.close(1);
    await claimed(2, 3);
    await progress.close(1);
    expect(await progress.read()).toMatchObject({ batch: 3 });
  });
});
