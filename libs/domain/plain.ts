/** What is wrong with a value, and where: `personal.attributes.size`, `consents.0`; empty for the value itself. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** How deep objects and arrays may nest in an event's data. */
export const deepestData = 20;

const textProblem = (text: string): string | null => {
  if (text.includes('\0')) return 'must not hold NUL';
  return text.isWellFormed() ? null : 'must not hold lone surrogates';
};

const below = (path: string, name: string | number): string => (path === '' ? `${name}` : `${path}.${name}`);

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object literal's prototype is the only one above which there is nothing, in every realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const memberProblem = (value: object, path: string, depth: number): Problem | null => {
  if (depth >= deepestData) return { path, message: `must not nest deeper than ${deepestData}` };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = problemOf(value[i], below(path, i), depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  }
  if (!isPlain(value)) return { path, message: 'must be plain JSON' };
  for (const [name, member] of Object.entries(value)) {
    // The name itself isn't repeated: it may be what is broken, or personal.
    const wrong = textProblem(name);
    if (wrong !== null) return { path, message: `a member's name ${wrong}` };
    if (member === undefined) continue;
    const problem = problemOf(member, below(path, name), depth + 1);
    if (problem !== null) return problem;
  }
  return null;
};

const problemOf = (value: unknown, path: string, depth: number): Problem | null => {
  if (typeof value === 'string') {
    const message = textProblem(value);
    return message === null ? null : { path, message };
  }
  if (typeof value === 'boolean' || value === null) return null;
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : { path, message: 'must be a finite number' };
  if (typeof value !== 'object') return { path, message: 'must be plain JSON' };
  return memberProblem(value, path, depth);
};

/**
 * The first thing that keeps a value from being stored as JSON in any store: NUL, lone surrogates, numbers that
 * aren't finite, anything that isn't plain JSON, or nesting deeper than 20. Null when there is nothing.
 */
export const plainProblem = (value: unknown): Problem | null => problemOf(value, '', 0);
