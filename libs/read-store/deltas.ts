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

/**
 * Reads the deltas of one shape; it remembers days that it has checked. The returned function throws UnknownDimension for
 * a name that the shape lacks, and InvalidRequest for a value that it does not allow.
 */
export const deltaReader = (shape: Shape): ((delta: CellDelta) => Addition) => {
  const known = knownDays();
  return delta => {
    const { cell, add } = delta;
    let names = 0;
    let on = -1;
    let day: string | null = null;
    for (let at = 0; at < shape.days.length; at++) {
      const name = shape.days[at] ?? '';
      const value = member(cell, name);
      if (value === undefined) continue;
      if (on >= 0) throw twoDays(shape.days[on], name);
      on = at;
      day = known(value) ? value : checkDay(name, value);
      names++;
    }
    const plain = shape.plain.map(dimension => {
      const value = member(cell, dimension.name);
      if (value !== undefined) names++;
      return checkPlain(dimension, value);
    });
    const adds = shape.measures.map(name => {
      const value = member(add, name);
      if (value !== undefined) names++;
      return checkAdd(name, value);
    });
    if (names !== sizeOf(cell) + sizeOf(add)) refuseNames(shape, delta);
    return { on, day, plain, adds };
  };
};

/**
 * The own member of a record. Names of a shape are camelCase, and what a plain object inherits by such a name
 * (`constructor`) is a function.
 */
const member = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined => {
  const value = record[name];
  return typeof value === 'function' && !Object.hasOwn(record, name) ? undefined : value;
};

/** Remembers days of the calendar, as many as a century and a half has. */
const knownDays = (): ((value: DimensionValue) => value is string) => {
  const days = new Set<string>();
  return (value): value is string => {
    if (typeof value !== 'string') return false;
    if (days.has(value)) return true;
    if (!isDay(value)) return false;
    if (days.size > 55_000) days.clear();
    days.add(value);
    return true;
  };
};

const checkDay = (name: string, value: DimensionValue): null => {
  if (value === null) return value;
  throw new InvalidRequest('day', `${name} must be a day, YYYY-MM-DD, or null, not ${shown(value)}`);
};

const checkPlain = ({ name, type }: Shape['plain'][number], value: Coordinate): Coordinate => {
  if (value === undefined || value === null) return value;
  if (type === 'text' ? typeof value === 'string' : Number.isSafeInteger(value)) return value;
  const wanted = type === 'text' ? 'text' : 'a safe integer';
  throw new InvalidRequest('dimension', `${name} must be ${wanted} or null, not ${shown(value)}`);
};

const checkAdd = (name: string, value: number | undefined): number => {
  if (value === undefined) return 0;
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidRequest('measure', `${name} must be a safe integer, not ${shown(value)}`);
};

const twoDays = (one: string | undefined, other: string): Error =>
  new InvalidRequest(
    'dimension',
    `a contribution holds at most one day dimension, not both ${one} and ${other}`,
  );

const sizeOf = (record: object): number => {
  let size = 0;
  for (const name in record) if (Object.hasOwn(record, name)) size++;
  return size;
};

const refuseNames = (shape: Shape, { cell, add }: CellDelta): void => {
  const dimensions = new Set([...shape.plain.map(({ name }) => name), ...shape.days]);
  for (const [record, known] of [[cell, dimensions] as const, [add, new Set(shape.measures)] as const])
    for (const [name, value] of Object.entries<unknown>(record)) {
      if (!known.has(name)) throw new UnknownDimension(name, knownNames(shape));
      if (value === undefined)
        throw new InvalidRequest('dimension', `${name} must be left out or null, not undefined`);
    }
};

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return typeof value === 'number' ? String(value) : typeof value;
};
