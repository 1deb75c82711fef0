/** Levels that arrays and objects may nest; more is taken for a cycle. */
export const jsonDepth = 100;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object literal's prototype is the only one above which there is nothing, in every realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** Whether a value is an object literal: neither an array nor an instance of a class. */
export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && isPlain(value);

const faultOfObject = (value: object, depth: number): string | null => {
  if (depth >= jsonDepth) return `nests deeper than ${jsonDepth} levels, or in a circle`;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = faultAt(value[index], depth + 1);
      if (fault !== null) return fault;
    }
    return null;
  }
  if (!isPlain(value)) return 'holds an instance of a class';
  const members = value as Readonly<Record<string, unknown>>;
  for (const name in members) {
    const member = members[name];
    // A member that is undefined is an absent one, as everywhere in TypeScript; it is not written.
    if (member === undefined || typeof member === 'string') continue;
    const fault = faultAt(member, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
};

const faultAt = (value: unknown, depth: number): string | null => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : `holds ${value}`;
    case 'object':
      return value === null ? null : faultOfObject(value, depth);
    default:
      return `holds a ${typeof value}`;
  }
};

/**
 * What keeps a value from coming back from JSON as it went in, or null when nothing does. Members that are undefined
 * count as absent, and −0 as 0.
 *
 * @example
 * faultOfJson({ at: new Date() }); // 'holds an instance of a class'
 */
export const faultOfJson = (value: unknown): string | null => faultAt(value, 0);
