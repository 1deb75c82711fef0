/** RFC 9457 problem details, and what goes into the answer's headers. */
export interface Problem {
  readonly status: number;
  /** Last part of `type`: `identity-conflict`. */
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  /** Further members of the document. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Media type of every answer that is not a success. */
export const problemType = 'application/problem+json; charset=utf-8';

/**
 * The document that is sent.
 *
 * @example
 * problemDocument({ status: 404, name: 'not-found', title: 'Not found', detail: 'there is no lead x' }, 'r1').type; // '/problems/not-found'
 */
export const problemDocument = (
  { status, name, title, detail, members }: Problem,
  requestId: string,
): Readonly<Record<string, unknown>> => {
  const standard = { type: `/problems/${name}`, title, status, detail, requestId };
  // First for the reader, last so that no member takes the place of one of them.
  return { ...standard, ...members, ...standard };
};
