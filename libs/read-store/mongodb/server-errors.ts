import { MongoError, MongoServerError } from 'mongodb';

/** Another document has that `_id`. By the code: servers word the text in their own ways. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 11_000;

export const isMissingCollection = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 26;

/**
 * What servers answer while they start, stop, elect, are out of space or out of reach of their disks: 1 is also what a
 * server says whose own database is away.
 */
const awayCodes: ReadonlySet<unknown> = new Set([
  1, 6, 7, 13, 18, 50, 64, 89, 91, 134, 175, 189, 202, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
  14031,
]);

/** What a socket says of a connection; the driver lets some of it through as it is. */
const lostCodes: ReadonlySet<unknown> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTCONN',
  'EPIPE',
  'ETIMEDOUT',
]);

const isLost = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' &&
  error !== null &&
  'syscall' in error &&
  'code' in error &&
  lostCodes.has(error.code);

/** Whether the server could not be asked, rather than refused what it was asked. */
export const isAway = (error: unknown): error is Error => {
  if (isLost(error)) return true;
  if (!(error instanceof MongoError)) return false;
  if (!(error instanceof MongoServerError)) return true;
  return awayCodes.has(error.code) || error.hasErrorLabel('RetryableWriteError');
};
