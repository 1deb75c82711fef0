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

  constructor(given: string, known: readonly string[], detail?: string) {
    super(detail ?? `unknown dimension or measure "${given}"; known: ${known.join(', ')}`);
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

/** The call breaks a rule of the port; nothing was written, and a repeat would be refused again. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  /** What was broken: `name`, `schema`, `status`, `day`, `dimension`, `measure`, `total`, `entity`, `position`, `limit`, `query`. */
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(detail);
    this.rule = rule;
  }
}

/** The store is away, closed or kept busy by somebody else for too long; nothing was written. */
export class ReadStoreUnavailable extends Error {
  override readonly name = 'ReadStoreUnavailable';

  constructor(detail: string, cause?: unknown) {
    super(detail, { cause });
  }
}
