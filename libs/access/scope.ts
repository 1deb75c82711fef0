/** What a key may be used for: asking, commanding, and everything. */
export const scopes = ['read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

const known: readonly string[] = scopes;
export const isScope = (text: string): text is Scope => known.includes(text);

/** Somebody who may use the API, as the server knows them: never the key itself. */
export interface ApiKey {
  /** Stands as `actor` in the events that its commands append. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** SHA-256 of the key. */
  readonly digest: Buffer;
}

/**
 * Whether a key reaches so far. `admin` holds the other two; `write` doesn't hold `read`, so that a form on a web page
 * can hand in leads and look at none.
 */
export const allows = ({ scopes: given }: Pick<ApiKey, 'scopes'>, needed: Scope): boolean =>
  given.has(needed) || given.has('admin');
