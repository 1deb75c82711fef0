import { afterAll, describe, expect, it } from '@jest/globals';
import type { Generation, ReadStore } from '../../libs/read-store/port.ts';
import { mongoReads } from '../support/mongo-reads.ts';
import { aGeneration, anEntity, commitNext, leads } from '../support/reads.ts';

/** How often the readers look, all of them together. */
const looks = Number(process.env['READER_LOOKS'] ?? 10_000);
/** Readers at once: servers answer many sooner than one after the other. */
const readers = 8;
/** Totals and entities that every batch changes; a command of the writer holds three of them. */
const [origins, ids] = [
  ['web', 'mail', 'fair', 'post', 'phone', 'radio', 'press'],
  ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
];

describe('a reader that looks all the time while batches are committed to MongoDB', () => {
  const subject = mongoReads({ batchSize: 3 });
  afterAll(() => subject.dispose());

  it(`sees closed batches alone, in ${looks} looks`, async () => {
    const { store } = subject;
    const id = await store.create(aGeneration());
    let left = looks;
    let batches = 0;
    const seen = new Set<number>();

    const write = async (): Promise<void> => {
      while (left > 0) {
        const number = ++batches;
        await commitNext(store, id, {
          position: number,
          cells: origins.map(origin => leads({ origin })),
          entities: ids.map(each => anEntity(each, { score: number })),
        });
      }
    };
    const look = async (reads: ReadStore, generation: Generation): Promise<void> => {
      const { position, value } = await reads.cells(generation, { measures: ['leads'], by: [], where: {} });
      expect(value[0]?.sums['leads'] ?? 0).toBe(position * origins.length);
      seen.add(position);
    };
    const lookAtStates = async (reads: ReadStore, generation: Generation): Promise<void> => {
      const { position, value } = await reads.entities(generation, { sort: '-score', limit: ids.length });
      const scores = value.entities.map(({ state }) => (state as { readonly score: number }).score);
      expect(scores).toEqual(position === 0 ? [] : ids.map(() => position));
      seen.add(position);
    };
    const read = async (): Promise<void> => {
      const reads = await subject.second!();
      while (left-- > 0) await (left % 4 === 0 ? lookAtStates : look)(reads, id);
    };

    await Promise.all([write(), ...Array.from({ length: readers }, read)]);
    // Otherwise there would have been little to see.
    expect(seen.size).toBeGreaterThan(looks / 500);
    process.stdout.write(
      `${looks} looks while ${batches} batches were committed, ${seen.size} of them seen\n`,
    );
  }, 1_200_000);
});
