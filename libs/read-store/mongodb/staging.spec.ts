import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { collectionsOf } from './collections.ts';
import { stagingOf } from './staging.ts';
import type { Write, Writes } from './writes.ts';

const begin = () => {
  const memory = memoryDb();
  const staging = stagingOf(collectionsOf(memory.db, { name: 'deals', generation: 1 }));
  const documents = () => memory.documents('deals.1.staged');
  return { memory, staging, documents };
};
const writes = (count: number, text = ''): readonly Write[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `${n}`,
    fresh: n % 2 === 0,
    set: { state: text, n, gone: null },
  }));
const all = (entities: readonly Write[]): Writes => ({ cells: writes(2), entities, parked: writes(1) });

describe('what a batch is going to write', () => {
  it('is found again as it was, part by part and in order', async () => {
    const { staging } = begin();
    const given = all(writes(50, 'Ünïcode \u0000 \ud800 "quoted"'));
    const count = await staging.put('token', 3, given);
    expect(await staging.get('token', count)).toEqual(given);
  });

  it('takes no document where there is nothing', async () => {
    const { staging, documents } = begin();
    expect(await staging.put('token', 1, { cells: [], entities: [], parked: [] })).toBe(0);
    expect(documents()).toEqual([]);
    expect(await staging.get('token', 0)).toEqual({ cells: [], entities: [], parked: [] });
  });

  it('is cut into documents of 2,000 writes, and parts are not mixed', async () => {
    const { staging, documents } = begin();
    const given = all(writes(4_001));
    expect(await staging.put('token', 1, given)).toBe(1 + 3 + 1);
    expect(documents()).toHaveLength(5);
    expect(await staging.get('token', 5)).toEqual(given);
  });

  it('fits into documents of 16 MiB though the states are large and can’t be compressed', async () => {
    const { staging, documents } = begin();
    const large = randomBytes(3 * 2 ** 20).toString('base64');
    const given = all([0, 1, 2].map(n => ({ id: `${n}`, fresh: true, set: { state: large } })));
    const count = await staging.put('token', 1, given);
    expect(count).toBe(1 + 3 + 1);
    for (const { writes: bytes } of documents())
      expect((bytes as { readonly buffer: Uint8Array }).buffer.length).toBeLessThan(16 * 2 ** 20);
    expect(await staging.get('token', count)).toEqual(given);
  });

  it('is not there any more once a part of it is gone: the batch was closed', async () => {
    const { staging } = begin();
    const count = await staging.put('token', 1, all(writes(2_001)));
    await staging.clear(1);
    expect(await staging.get('token', count)).toBeNull();
  });

  it('is removed with the batches up to its own, and not before', async () => {
    const { staging, documents } = begin();
    for (const batch of [3, 4, 5]) await staging.put(`t${batch}`, batch, all([]));
    await staging.clear(4);
    expect(new Set(documents().map(({ batch }) => batch as unknown))).toEqual(new Set([5]));
  });

  it('of a worker that did not get the number goes alone', async () => {
    const { staging } = begin();
    const [mine, other] = [
      await staging.put('mine', 1, all([])),
      await staging.put('other', 1, all(writes(1))),
    ];
    await staging.remove('mine', mine);
    expect(await staging.get('mine', mine)).toBeNull();
    expect(await staging.get('other', other)).toEqual(all(writes(1)));
  });
});
