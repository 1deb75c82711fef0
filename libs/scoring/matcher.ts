/**
 * Whether a value is one of some patterns. Upper and lower case and space around are the same; `*` stands for any text.
 * Numbers and truth values count as they are written; anything else matches nothing.
 *
 * @example
 * matcher(['*head*', 'ceo'])('Head of Sales'); // true
 */
export const matcher = (patterns: readonly string[]): ((value: unknown) => boolean) => {
  const exact = new Set<string>();
  const wild: (readonly string[])[] = [];
  for (const pattern of patterns.map(plain)) {
    if (pattern.includes('*')) wild.push(pattern.split('*'));
    else exact.add(pattern);
  }
  return value => {
    if (!isStated(value)) return false;
    const text = plain(String(value));
    return exact.has(text) || wild.some(parts => fits(text, parts));
  };
};

/** Whether a field says anything: a text that isn't blank, a number or a truth value. */
export const isStated = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' ? value.trim() !== '' : typeof value === 'number' || typeof value === 'boolean';

const plain = (text: string): string => text.trim().toLowerCase();

/** The first part begins the text, the last one ends it, and the others come in between, in order. */
const fits = (text: string, parts: readonly string[]): boolean => {
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > text.length - last.length) return false;
    from = at + part.length;
  }
  return true;
};
