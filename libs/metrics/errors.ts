/** The question can't be answered as it was put. */
export class InvalidQuery extends Error {
  override readonly name = 'InvalidQuery';
  /** The part of the query: `metric`, `from`, `to`, `by`, `where`, or a parameter's name. */
  readonly path: string;
  /** What could have stood there; empty where that is no list. */
  readonly known: readonly string[];

  constructor(path: string, detail: string, known: readonly string[] = []) {
    super(known.length > 0 ? `${detail}; known: ${known.join(', ')}` : detail);
    this.path = path;
    this.known = known;
  }
}
