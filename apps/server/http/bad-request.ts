/** What is wrong with one member of a body, or one parameter. */
export interface FieldError {
  /** `consents[0].purpose`; the name of a parameter or header; empty for the whole body. */
  readonly path: string;
  /** What it has to be; never the value that was given. */
  readonly message: string;
}

/** The request is malformed: 400. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[], detail = sentence(errors)) {
    super(detail);
    this.errors = errors;
  }
}

const sentence = (errors: readonly FieldError[]): string => {
  const [first] = errors;
  if (first === undefined) return 'the request is malformed';
  const others = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  return `${first.path === '' ? 'the body' : first.path} ${first.message}${others}`;
};
