import { isDay } from './days.ts';
import { InvalidRequest, UnknownDimension } from './errors.ts';
import type { CellDelta, DimensionValue } from './port.ts';
import { knownNames, type Shape } from './shape.ts';

/** A dimension's value; undefined where the contribution left it out. */
export type Coordinate = DimensionValue | undefined;

/** A checked delta, laid out in the order of the shape. */
export interface Addition {
  /** Place of its day dimension among the shape's days; −1 when it holds none. */
  readonly on: number;
  /** `YYYY-MM-DD`; null when it holds none or a null. */
  readonly day: string | null;
  readonly plain: readonly Coordinate[];
  readonly adds: readonly number[];
}

/** Reads the deltas of one shape. It remembers days that it has checked. */
export const deltaReader = (shape: Shape): ((delta: CellDelta) => Addition) => {
  const plainAt = new Map(shape.plain.map(({ name }, at) => [name, at]));
  const dayAt = new Map(shape.days.map((name, at) => [name, at]));
  const measureAt = new Map(shape.measures.map((name, at) => [name, at]));
  const known = knownNames(shape);
  const checked = new Set<string>();

  const checkDay = (name: string, value: Coordinate): string | null => {
    if (value === null || (typeof value === 'string' && checked.has(value))) return value;
    if (typeof value !== 'string' || !isDay(value))
      throw new InvalidRequest('day', `${name} must be a day, YYYY-MM-DD, or null, not ${shown(value)}`);
    checked.add(value);
    return value;
  };

  return ({ cell, add }) => {
    const plain = new Array<Coordinate>(shape.plain.length).fill(undefined);
    const adds = new Array<number>(shape.measures.length).fill(0);
    let on = -1;
    let day: string | null = null;
    for (const name of Object.keys(cell)) {
      const value = cell[name];
      const at = plainAt.get(name);
      if (at !== undefined) plain[at] = checkPlain(name, shape.plain[at]?.type, value);
      else {
        if (on >= 0)
          throw new InvalidRequest(
            'dimension',
            `a contribution holds two day dimensions or an unknown one: ${shape.days[on]}, ${name}`,
          );
        on = dayAt.get(name) ?? -1;
        if (on < 0) throw new UnknownDimension(name, known);
        day = checkDay(name, value);
      }
    }
    for (const name of Object.keys(add)) {
      const at = measureAt.get(name);
      if (at === undefined) throw new UnknownDimension(name, known);
      const value = add[name];
      if (!Number.isSafeInteger(value))
        throw new InvalidRequest('measure', `${name} must be a safe integer, not ${shown(value)}`);
      adds[at] = (value ?? 0) + 0;
    }
    return { on, day, plain, adds };
  };
};

const checkPlain = (
  name: string,
  type: 'text' | 'integer' | undefined,
  value: Coordinate,
): DimensionValue => {
  if (value === null || (type === 'text' && typeof value === 'string')) return value;
  if (type === 'integer' && typeof value === 'number' && Number.isSafeInteger(value)) return value + 0;
  const wanted = type === 'text' ? 'text' : 'a safe integer';
  throw new InvalidRequest('dimension', `${name} must be ${wanted} or null, not ${shown(value)}`);
};

const shown = (value: unknown): string =>
  typeof value === 'number'
    ? String(value)
    : typeof value === 'string'
      ? JSON.stringify(value.slice(0, 40))
      : typeof value;
