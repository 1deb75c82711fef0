import type { Document } from 'mongodb';

/** The value at a path with dots; undefined where there is none. */
export const valueAt = (document: Document, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isDocument(value) ? value[name] : undefined), document);

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Place of a value's type in the order of the database. */
const rank = (value: unknown): number => {
  if (value === undefined || value === null) return 0;
  return typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3;
};

/** Orders values as the database does: by type first, texts by their bytes. */
export const compare = (a: unknown, b: unknown): number => {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
};

type Test = (found: unknown, wanted: unknown) => boolean;

/** A value of another type is neither less nor greater. */
const ordered =
  (holds: (order: number) => boolean): Test =>
  (found, wanted) =>
    rank(found) === rank(wanted) && holds(compare(found, wanted));

const operators: Readonly<Record<string, Test>> = {
  $gt: ordered(order => order > 0),
  $gte: ordered(order => order >= 0),
  $lt: ordered(order => order < 0),
  $lte: ordered(order => order <= 0),
  $in: (found, wanted) => (wanted as readonly unknown[]).some(each => equal(found, each)),
};

/** Null also finds what is missing. */
const equal: Test = (found, wanted) => (wanted === null ? (found ?? null) === null : found === wanted);

/** Whether a document is one that the filter finds. @throws Error for an operator that the tests do not know */
export const matches = (document: Document, filter: Document): boolean =>
  Object.entries(filter).every(([name, wanted]: [string, unknown]) => {
    if (name === '$or') return (wanted as readonly Document[]).some(each => matches(document, each));
    if (name === '$and') return (wanted as readonly Document[]).every(each => matches(document, each));
    const found = valueAt(document, name);
    if (!isDocument(wanted)) return equal(found, wanted);
    return Object.entries(wanted).every(([operator, operand]) => {
      const test = operators[operator];
      if (test === undefined) throw new Error(`no operator ${operator} here`);
      return test(found, operand);
    });
  });
