import { deltaReader, type Addition } from '../read-store/deltas.ts';
import type { CellDelta, CellSchema } from '../read-store/port.ts';
import { shapeOf } from '../read-store/shape.ts';
import type { Projection } from './define.ts';

/** A checked contribution; equal cells have equal keys. */
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

/**
 * Checks what `contributes` returned: declared dimensions and measures of the declared types, at most one day dimension,
 * safe integers. The returned function throws an error that says what is wrong.
 */
export const contributionReader = (
  schema: CellSchema,
): ((deltas: readonly CellDelta[]) => readonly Contribution[]) => {
  const read = deltaReader(shapeOf(schema));
  return deltas => deltas.map(delta => ({ cell: delta.cell, add: delta.add, key: keyOf(read(delta)) }));
};

const keyOf = ({ on, day, plain }: Addition): string => {
  let key = `${on}${day ?? ''}`;
  for (const value of plain)
    key += typeof value === 'string' ? `/${value.length}:${value}` : value === undefined ? '/-' : `/${value}`;
  return key;
};

/** Adds contributions up by cell; what cancels out is left out. */
export const createTally = (): {
  readonly add: (contributions: readonly Contribution[], sign: 1 | -1) => void;
  readonly deltas: () => readonly CellDelta[];
} => {
  const sums = new Map<string, { readonly cell: CellDelta['cell']; readonly add: Record<string, number> }>();
  return {
    add: (contributions, sign) => {
      for (const { key, cell, add } of contributions) {
        let sum = sums.get(key);
        if (sum === undefined) sums.set(key, (sum = { cell, add: {} }));
        for (const measure in add) sum.add[measure] = (sum.add[measure] ?? 0) + sign * (add[measure] ?? 0);
      }
    },
    deltas: () => [...sums.values()].filter(({ add }) => Object.values(add).some(value => value !== 0)),
  };
};
