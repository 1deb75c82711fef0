import { deltaReader } from '../read-store/deltas.ts';
import type { CellDelta, CellSchema, DimensionValue } from '../read-store/port.ts';
import { shapeOf } from '../read-store/shape.ts';
import type { Projection } from './define.ts';

/** A checked contribution; equal cells have equal keys, as long as one reader gave them. */
export interface Contribution extends CellDelta {
  readonly key: string;
}

/** The read model's shape as the definition declares it. */
export const schemaOf = ({ dimensions, measures, indexes, summaries }: Projection): CellSchema => ({
  dimensions,
  measures,
  indexes,
  ...(summaries.length > 0 && { summaries }),
});

/** Numbers of values that fit in one character of a key. */
const most = 0xfff0;

/**
 * Checks what `contributes` returned: declared dimensions and measures of the declared types, at most one day dimension,
 * safe integers. The returned function throws an error that says what is wrong.
 */
export const contributionReader = (
  schema: CellSchema,
): ((deltas: readonly CellDelta[]) => readonly Contribution[]) => {
  const check = deltaReader(shapeOf(schema));
  const { dimensions } = schema;
  const measures = new Set(schema.measures);
  const names = Object.keys(dimensions);
  const isDay = names.map(name => dimensions[name] === 'day');
  // Each value of a dimension gets a number, so that it is checked once and keys are short.
  const numbers = names.map(() => new Map<DimensionValue, number>());
  const codes = names.map(() => 0);

  /** Null where only the thorough check can tell. */
  const shortKey = ({ cell, add }: CellDelta): string | null => {
    let given = 0;
    for (const name in cell) if (cell[name] !== undefined) given++;
    let days = 0;
    for (let at = 0; at < names.length; at++) {
      const value = cell[names[at] ?? ''];
      let number: number | undefined = 0;
      if (value !== undefined) {
        number = numbers[at]?.get(value);
        if (number === undefined) return null;
        given--;
        if (isDay[at] === true) days++;
      }
      codes[at] = number;
    }
    if (given !== 0 || days > 1) return null;
    for (const measure in add) if (!measures.has(measure) || !Number.isSafeInteger(add[measure])) return null;
    return String.fromCharCode(...codes);
  };

  const learn = ({ cell }: CellDelta): void => {
    for (const [at, name] of names.entries()) {
      const [value, known] = [cell[name], numbers[at]];
      if (value !== undefined && known !== undefined && known.size < most && !known.has(value))
        known.set(value, known.size + 1);
    }
  };

  /** For dimensions of more values than have numbers. */
  const longKey = ({ cell }: CellDelta): string =>
    `\uffff${JSON.stringify(names.map(name => (Object.hasOwn(cell, name) ? cell[name] : [])))}`;

  const keyOf = (delta: CellDelta): string => {
    const short = shortKey(delta);
    if (short !== null) return short;
    check(delta);
    learn(delta);
    return shortKey(delta) ?? longKey(delta);
  };

  return deltas => deltas.map(delta => ({ cell: delta.cell, add: delta.add, key: keyOf(delta) }));
};

type Add = CellDelta['add'];

/** Adds contributions up by cell. */
export interface Tally {
  readonly add: (contributions: readonly Contribution[], sign: 1 | -1) => void;
  /** Retracts what was contributed before, and asserts what is now. */
  readonly replace: (before: readonly Contribution[], after: readonly Contribution[]) => void;
  /** The sums; what cancels out is left out. */
  readonly deltas: () => readonly CellDelta[];
}

export const createTally = (): Tally => {
  const sums = new Map<string, { readonly cell: CellDelta['cell']; readonly add: Record<string, number> }>();

  const addOne = (contribution: Contribution | undefined, sign: 1 | -1): void => {
    if (contribution === undefined) return;
    const { key, cell, add } = contribution;
    const sum = sums.get(key);
    if (sum === undefined) {
      const first: Record<string, number> = {};
      for (const measure in add) first[measure] = sign * (add[measure] ?? 0);
      sums.set(key, { cell, add: first });
    } else for (const measure in add) sum.add[measure] = (sum.add[measure] ?? 0) + sign * (add[measure] ?? 0);
  };

  const add = (contributions: readonly Contribution[], sign: 1 | -1): void => {
    for (const contribution of contributions) addOne(contribution, sign);
  };

  return {
    add,
    replace: (before, after) => {
      // Most of them stay as they are, at the same place from the front or from the back.
      const shift = after.length - before.length;
      let [start, end] = [0, before.length];
      while (start < end && start < after.length && isSame(before[start], after[start])) start++;
      while (end > start && end + shift > start && isSame(before[end - 1], after[end + shift - 1])) end--;
      for (let at = start; at < end; at++) addOne(before[at], -1);
      for (let at = start; at < end + shift; at++) addOne(after[at], 1);
    },
    deltas: () => [...sums.values()].filter(sum => !isZero(sum.add)),
  };
};

const isSame = (one: Contribution | undefined, other: Contribution | undefined): boolean => {
  if (one?.key !== other?.key) return false;
  for (const measure in one?.add) if (one.add[measure] !== other?.add[measure]) return false;
  for (const measure in other?.add) if (one?.add[measure] !== other.add[measure]) return false;
  return true;
};

const isZero = (add: Add): boolean => {
  for (const measure in add) if (add[measure] !== 0) return false;
  return true;
};
