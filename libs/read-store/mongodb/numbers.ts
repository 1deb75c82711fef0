import { Long } from 'mongodb';

import { InvalidRequest } from '../errors.ts';

/** A whole number without loss: a bigint where a number would be rounded. */
export type Exact = number | bigint;

/** @throws InvalidRequest beyond 64 bits, which is all that the database holds */
export const plus = (a: Exact, b: Exact): Exact => {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const sum = BigInt(a) + BigInt(b);
  if (BigInt.asIntN(64, sum) !== sum) throw new InvalidRequest('total', 'a total is beyond 64 bits');
  return Number.isSafeInteger(Number(sum)) ? Number(sum) : sum;
};

/** As the driver gives it. */
export const fromNumber = (found: unknown): Exact => {
  if (found instanceof Long) return found.toBigInt();
  return typeof found === 'bigint' || typeof found === 'number' ? found : 0;
};
