/** A seeded stream of random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  pick<T>(list: readonly T[]): T;
  /** One of the values, in proportion to their weights. */
  weighted<T>(entries: readonly (readonly [value: T, weight: number])[]): T;
  exponential(mean: number): number;
  /** Log-normal: half of the values lie below the median. */
  around(median: number, sigma: number): number;
}

/**
 * Random numbers from a seed: sfc32 (PractRand, Chris Doty-Humphrey), its state hashed from the seed by MurmurHash3's mixer.
 *
 * @example
 * randomFrom('1', 'lead', 42).chance(0.3)
 */
export const randomFrom = (...seed: readonly (string | number)[]): Random => {
  const next = sfc32(seed.join('\0'));
  const pick = <T>(list: readonly T[]): T => at(list, Math.floor(next() * list.length));
  return {
    next,
    chance: probability => next() < probability,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick,
    weighted: entries => {
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of entries) {
        left -= weight;
        if (left < 0) return value;
      }
      return at(entries, entries.length - 1)[0];
    },
    exponential: mean => -mean * Math.log(1 - next()),
    around: (median, sigma) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(sigma * normal);
    },
  };
};

const at = <T>(list: readonly T[], index: number): T => {
  if (index < 0 || index >= list.length) throw new RangeError('nothing to choose from');
  return list[index] as T;
};

const sfc32 = (seed: string): (() => number) => {
  const hash = mixer(seed);
  let [a, b, c, counter] = [hash(), hash(), hash(), 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
};

const mixer = (text: string): (() => number) => {
  let hash = 1_779_033_703 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 3_432_918_353);
    hash = (hash << 13) | (hash >>> 19);
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
    hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
    hash ^= hash >>> 16;
    return hash >>> 0;
  };
};
