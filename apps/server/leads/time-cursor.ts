import { InvalidCursor } from '../../../libs/read-store/errors.ts';

/** Something with a place in time; of the same instant, the log's order counts. */
export interface Placed {
  /** Epoch ms. */
  readonly occurredAt: number;
  readonly position: number;
}

/**
 * A page of a list that has the latest first.
 *
 * @param key tells apart entries of one event
 * @throws InvalidCursor for a cursor that no page has given out
 */
export const pageOf = <T extends Placed>(
  list: readonly T[],
  limit: number,
  cursor: string | undefined,
  key: (entry: T) => string = () => '',
): { readonly page: readonly T[]; readonly nextCursor: string | null } => {
  const after = cursor === undefined ? null : decode(cursor);
  const sorted = [...list].sort((a, b) => compare(placeOf(a, key(a)), placeOf(b, key(b))));
  const rest =
    after === null ? sorted : sorted.filter(entry => compare(placeOf(entry, key(entry)), after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = last !== undefined && rest.length > limit ? encode(placeOf(last, key(last))) : null;
  return { page, nextCursor };
};

type Place = readonly [occurredAt: number, position: number, key: string];

const placeOf = ({ occurredAt, position }: Placed, key: string): Place => [occurredAt, position, key];

const compare = (a: Place, b: Place): number =>
  b[0] - a[0] || b[1] - a[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);

const encode = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

const decode = (cursor: string): Place => {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === 3) {
      const [occurredAt, position, key] = place as readonly unknown[];
      if (Number.isSafeInteger(occurredAt) && Number.isSafeInteger(position) && typeof key === 'string')
        return [occurredAt as number, position as number, key];
    }
  } catch {
    // No JSON: as invalid as any other.
  }
  throw new InvalidCursor();
};
