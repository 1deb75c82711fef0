/** Says how often a 64-bit key came before, and counts it; with `add` 0 it only looks. */
export type Ordinals = (high: number, low: number, add?: 0 | 1) => number;

/**
 * Counts keys in flat arrays: 12 bytes a slot, at most two thirds filled, so 18 to 36 bytes per distinct row (and half as much
 * again while it grows). Keys are hashes; that two of n rows share one, which would give the later one the ordinal 1, has
 * the probability n² ÷ 2⁶⁵ (3 in 10,000 for 100 million rows).
 */
export const createOrdinals = (slots = 4_096): Ordinals => {
  let size = slots;
  let filled = 0;
  let high = new Uint32Array(size);
  let low = new Uint32Array(size);
  let count = new Uint32Array(size);

  const find = (h: number, l: number): number => {
    let slot = (l ^ h) & (size - 1);
    while (count[slot] !== 0 && (high[slot] !== h || low[slot] !== l)) slot = (slot + 1) & (size - 1);
    return slot;
  };
  const put = (h: number, l: number, times: number): void => {
    const slot = find(h, l);
    high[slot] = h;
    low[slot] = l;
    count[slot] = times;
  };
  const grow = (): void => {
    const before = { high, low, count };
    size *= 2;
    [high, low, count] = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)];
    before.count.forEach((times, at) => {
      if (times > 0) put(before.high[at] ?? 0, before.low[at] ?? 0, times);
    });
  };

  return (h, l, add = 1) => {
    if (filled * 3 >= size * 2) grow();
    const seen = count[find(h, l)] ?? 0;
    if (add === 0) return seen;
    if (seen === 0) filled += 1;
    put(h, l, seen + 1);
    return seen;
  };
};
