import type { CellSchema } from './port.ts';

/** A schema with its parts in the order in which stores lay them out. */
export interface Shape {
  /** Text and integer dimensions. */
  readonly plain: readonly { readonly name: string; readonly type: 'text' | 'integer' }[];
  /** Day dimensions. */
  readonly days: readonly string[];
  readonly measures: readonly string[];
  readonly indexes: readonly string[];
}

export const shapeOf = (schema: CellSchema): Shape => {
  const dimensions = Object.entries(schema.dimensions);
  return {
    plain: dimensions.flatMap(([name, type]) => (type === 'day' ? [] : [{ name, type }])),
    days: dimensions.flatMap(([name, type]) => (type === 'day' ? [name] : [])),
    measures: schema.measures,
    indexes: schema.indexes,
  };
};

/** All names that a query may use. */
export const knownNames = (shape: Shape): readonly string[] => [
  ...shape.plain.map(({ name }) => name),
  ...shape.days,
  ...shape.measures,
];
