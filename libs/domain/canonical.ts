const deepest = 64;

const write = (value: unknown, depth: number): string => {
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  // Nothing that deep is ever stored; stopping here keeps a hostile body from exhausting the stack.
  if (depth > deepest) return '"…"';
  if (Array.isArray(value)) return `[${value.map(item => write(item, depth + 1)).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member, depth + 1)}`);
  return `{${members.join(',')}}`;
};

/**
 * JSON with the members of each object in order of their names: equal values give equal texts.
 *
 * @example
 * canonicalJson({ b: 1, a: undefined, c: [2] }); // '{"b":1,"c":[2]}'
 */
export const canonicalJson = (value: unknown): string => write(value, 0);
