import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { InvalidAppend, StoreUnavailable } from '../errors.ts';

/** The server is away, or says that it can't now: what was asked may have been done. */
export class Away extends Error {
  override readonly name = 'Away';
}

/** Nothing came for so long that a fresh client has to be tried. */
export class Hung extends Away {}

/** Where the stream stands, instead of where the append expected it. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** A read began at a place where no record begins. */
export class NoRecord extends Error {
  override readonly name = 'NoRecord';
}

/** Codes of gRPC. */
const unknown = 2;
const permissionDenied = 7;
const unauthenticated = 16;

const codeOf = (error: Error): unknown => (error as { readonly code?: unknown }).code;

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? ((error as { readonly type?: string }).type ?? error.name) : error.message;
};

/** Whether there is no such stream: never written, soft-deleted or ended. */
export const isMissing = (error: unknown): boolean =>
  error instanceof StreamNotFoundError || error instanceof StreamDeletedError;

/** Not every call's error is turned into the client's classes. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AccessDeniedError ||
  (error instanceof Error && (codeOf(error) === permissionDenied || codeOf(error) === unauthenticated));

const isBug = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;

const common = (error: unknown): unknown => {
  if (isRefusal(error)) return new StoreUnavailable('EventStoreDB does not let this user in', false, error);
  if (isBug(error) || error instanceof StoreUnavailable || error instanceof Away) return error;
  return new Away(messageOf(error), { cause: error });
};

/**
 * What an append's error means. The classes of an outage's errors vary, also by the moment; what is not known to be a
 * refusal is an outage, and then nobody knows whether the append was taken.
 */
export const troubleOfAppend = (error: unknown): unknown => {
  if (error instanceof WrongExpectedVersionError) return new Conflict('', { cause: error });
  if (error instanceof StreamDeletedError)
    return new StoreUnavailable('the stream was ended for good in EventStoreDB', false, error);
  if (error instanceof MaxAppendSizeExceededError)
    return new InvalidAppend(
      'too-many-bytes',
      `EventStoreDB is set to take at most ${error.maxAppendSize} bytes in one append`,
    );
  return common(error);
};

/** What a read's error means. @param atRecord whether it began where a record is known to begin */
export const troubleOfRead = (error: unknown, atRecord: boolean): unknown => {
  if (isMissing(error)) return error;
  const odd = error instanceof Error && codeOf(error) === unknown && !/not ready/i.test(error.message);
  return odd && !atRecord ? new NoRecord(messageOf(error), { cause: error }) : common(error);
};
