import type { Batch, CellSchema, Generation } from '../../libs/read-store/port.ts';
import { openGeneration, type OpenGeneration } from '../../libs/read-store/sqlite/generation.ts';
import { aGeneration } from './reads.ts';

/** The open file of a generation, as the SQLite read store has it. */
export const generationIn = (
  file: string,
  schema: CellSchema,
  status: Generation['status'] = 'live',
): OpenGeneration => openGeneration(file, { ...aGeneration({ schema }), generation: 1, status });

/** Writes a batch after the last one, one position further. */
export const writeNext = (generation: OpenGeneration, batch: Partial<Omit<Batch, 'follows'>>): void => {
  const { position, batch: follows } = generation.checkpoint();
  const empty = { entities: [], cells: [], park: [], release: [] };
  generation.write(generation.prepare({ ...empty, follows, position: position + 1, ...batch }));
};
