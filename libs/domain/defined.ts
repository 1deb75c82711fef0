/** The same object without members that are undefined, as JSON would keep it. */
export const defined = <T extends object>(value: T): T => {
  const kept: Partial<T> = {};
  for (const name of Object.keys(value) as (keyof T)[])
    if (value[name] !== undefined) kept[name] = value[name];
  return kept as T;
};
