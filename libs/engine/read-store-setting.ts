import { makeValidator } from 'envalid';

/** Where the read models are. */
export type ReadStoreSetting =
  | { readonly kind: 'sqlite' }
  /** `url` may hold a password. */
  | { readonly kind: 'mongodb'; readonly url: string };

export const readStore = makeValidator<ReadStoreSetting>(value => {
  if (value === 'sqlite') return { kind: 'sqlite' };
  if (/^mongodb(\+srv)?:\/\/[^/]/.test(value)) return { kind: 'mongodb', url: value };
  throw new Error('must be "sqlite" or a connection string, mongodb://HOST/DATABASE');
});

export const operations = makeValidator<number>(value => {
  const number = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > 100_000)
    throw new Error('must be a number of operations in one command, 1 to 100000');
  return number;
});
