/** Values as JSON has them. A whole number beyond the safe ones is a text, in fields that hold numbers only. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * What a batch leaves of one document. Absolute: whoever writes it, and how often, it comes out the same. The fence is
 * `batch`: a document that is at this batch or a later one stays as it is.
 */
export interface Write {
  readonly id: string;
  /** Whether it was not there before the batch. Nothing is ever removed from a generation. */
  readonly fresh: boolean;
  readonly set: Fields;
}

/** All that a batch writes, in the order in which it is written. */
export interface Writes {
  readonly cells: readonly Write[];
  readonly entities: readonly Write[];
  readonly parked: readonly Write[];
}

/** What a batch is worked out against. */
export interface Planning {
  /** The batch before it, which is closed. */
  readonly closed: number;
  /** Makes the error for a document of a later batch: somebody else has committed meanwhile. */
  readonly ahead: () => Error;
}

export const parts = ['cells', 'entities', 'parked'] as const;

/** Ids that documents are asked for by at once. */
export const askedAtOnce = 1_000;

/** Asks for documents by their ids, a part of them at a time. Before the first batch there are none. */
export const askFor = async <T>(
  ids: Iterable<string>,
  closed: number,
  ask: (some: string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> => {
  if (closed === 0) return [];
  const found: T[] = [];
  for (const some of pieces([...ids], askedAtOnce)) found.push(...(await ask([...some])));
  return found;
};

/** Cuts a list into pieces of at most `size`. */
export const pieces = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
