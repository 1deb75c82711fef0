import type { ProjectionId } from './port.ts';

/** Another worker committed first; load again and fold again. */
export class CheckpointConflict extends Error {
  override readonly name = 'CheckpointConflict';
  /** The batch that the store is at. */
  readonly actual: number;

  constructor(id: ProjectionId, follows: number, actual: number) {
    super(`${id.name} generation ${id.generation} is at batch ${actual}, not ${follows}`);
    this.actual = actual;
  }
}

/** The generation does not exist (any more). */
export class UnknownProjection extends Error {
  override readonly name = 'UnknownProjection';

  constructor(id: ProjectionId) {
    super(`no read model for ${id.name} generation ${id.generation}`);
  }
}

/** The query names a dimension, measure or index that the read model does not have. */
export class UnknownDimension extends Error {
  override readonly name = 'UnknownDimension';
  readonly known: readonly string[];

  constructor(given: string, known: readonly string[]) {
    super(`unknown dimension or measure "${given}"; known: ${known.join(', ')}`);
    this.known = known;
  }
}

/** A cursor that no page has given out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';

  constructor() {
    super('the cursor is not one that a page has given out; start again without it');
  }
}
