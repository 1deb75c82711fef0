import { InvalidArgumentError } from 'commander';

/** Gathers an option that may be given several times. */
export const repeated = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

/** Gathers a comma-separated list that may be given several times as well. */
export const listed = (text: string, before: readonly string[] = []): readonly string[] => {
  const names = text.split(',').map(name => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It is a list with commas between names.');
  return [...before, ...names];
};

/** Reads a whole number between two bounds, both included. */
export const whole =
  (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= minimum && value <= maximum) return value;
    const most = maximum === Number.MAX_SAFE_INTEGER ? ' or more' : ` to ${maximum}`;
    throw new InvalidArgumentError(`It must be a whole number, ${minimum}${most}.`);
  };

/** A text that is not empty. */
export const filled = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
};

/** `dimension:value`; the value is null where the data has none. */
export interface Condition {
  readonly dimension: string;
  readonly value: string | null;
}

/**
 * Gathers `--where dimension:value`. The first colon splits; an empty value is null.
 *
 * @example
 * condition('landing:a:b') // [{ dimension: 'landing', value: 'a:b' }]
 */
export const condition = (text: string, before: readonly Condition[] = []): readonly Condition[] => {
  const colon = text.indexOf(':');
  if (colon < 1)
    throw new InvalidArgumentError(
      'It is dimension:value, as in origin:social; nothing after the colon is null.',
    );
  const value = text.slice(colon + 1);
  return [...before, { dimension: text.slice(0, colon), value: value === '' ? null : value }];
};

/**
 * An option's name on the command line.
 *
 * @example
 * kebab('inactiveDays') // 'inactive-days'
 */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
