import { InvalidCursor, InvalidRequest, UnknownDimension } from './errors.ts';
import type { DimensionValue, EntityQuery } from './port.ts';

/** A checked page query. */
export interface PagePlan {
  /** Places in the schema's indexes. */
  readonly where: readonly { readonly at: number; readonly value: DimensionValue }[];
  /** Place in the schema's indexes; null sorts by id. */
  readonly sort: number | null;
  readonly descending: boolean;
  readonly limit: number;
  /** The entity that the page before ended with. */
  readonly after: { readonly value: DimensionValue; readonly id: string } | null;
  /** The cursor of a page that ends with this entity. */
  readonly cursorAt: (value: DimensionValue, id: string) => string;
}

/** @throws UnknownDimension; InvalidCursor also for a cursor of another query; InvalidRequest for the limit */
export const planPage = (indexes: readonly string[], query: EntityQuery): PagePlan => {
  const find = (name: string): number => {
    const at = indexes.indexOf(name);
    if (at < 0) throw new UnknownDimension(name, indexes);
    return at;
  };
  checkLimit(query.limit);
  const descending = query.sort?.startsWith('-') ?? false;
  const sort = query.sort === undefined ? null : find(query.sort.slice(descending ? 1 : 0));
  const where = Object.entries(query.where ?? {})
    .map(([name, value]) => ({ at: find(name), value }))
    .sort((a, b) => a.at - b.at);
  const of = [query.sort ?? '', ...where.flatMap(({ at, value }) => [at, value])];
  const cursorAt = (value: DimensionValue, id: string): string => encode([of, value, id]);
  return { where, sort, descending, limit: query.limit, after: afterOf(query.cursor, cursorAt), cursorAt };
};

/** @throws InvalidRequest unless it is a whole number from 1 */
export const checkLimit = (limit: number): void => {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new InvalidRequest('limit', `limit must be a whole number from 1, not ${limit}`);
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const afterOf = (cursor: string | undefined, cursorAt: PagePlan['cursorAt']): PagePlan['after'] => {
  if (cursor === undefined) return null;
  const [, value, id] = decode(cursor);
  if (typeof id !== 'string' || !isValue(value)) throw new InvalidCursor();
  // Made anew it must come out the same: a cursor of another query or a tampered one does not.
  if (cursorAt(value, id) !== cursor) throw new InvalidCursor();
  return { value, id };
};

const decode = (cursor: string): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value)) return value;
  } catch {
    // Not JSON: as invalid as any other.
  }
  throw new InvalidCursor();
};

const isValue = (value: unknown): value is DimensionValue =>
  value === null || typeof value === 'string' || typeof value === 'number';
