/** Ids of which one bit each is kept: it never denies one that was added, and may claim one that was not. */
export interface Seen {
  readonly add: (id: string) => void;
  readonly mayHave: (id: string) => boolean;
}

/** A MiB: of a hundred thousand ids that were not added it claims one in a hundred, after a million added one in eight. */
const usual = 2 ** 23;

/** @param size bits, a power of two of at least 8 */
export const seenIds = (size = usual): Seen => {
  const bits = new Uint8Array(size / 8);
  const placeOf = (id: string): number => hash(id) & (size - 1);
  return {
    add: id => {
      const place = placeOf(id);
      bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
    },
    mayHave: id => {
      const place = placeOf(id);
      return ((bits[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0;
    },
  };
};

/** FNV-1a over UTF-16 units, its bits mixed once more. Source: http://www.isthe.com/chongo/tech/comp/fnv/ */
const hash = (id: string): number => {
  let value = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) value = Math.imul(value ^ id.charCodeAt(at), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
};
