import { describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  TimeoutError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import fc from 'fast-check';
import { InvalidAppend, StoreUnavailable } from '../errors.ts';
import { Away, Conflict, Hung, isMissing, NoRecord, troubleOfAppend, troubleOfRead } from './trouble.ts';

/** An error of gRPC as the client passes it on where it knows no class for it. */
const bare = (code: number, message = 'made up'): Error => Object.assign(new Error(message), { code });

/** An error of gRPC as the client's classes are made of. */
const service = (code: number, message = 'made up') =>
  Object.assign(new Error(message), {
    code,
    details: message,
    metadata: { getMap: () => ({ 'leader-endpoint-host': 'node2', 'leader-endpoint-port': '2113' }) },
  }) as never;

const wrongVersion = (): Error =>
  new WrongExpectedVersionError(undefined, { streamName: 'lead-1', current: 3n, expected: 1n });
const ended = (): Error => new StreamDeletedError(undefined, 'lead-1');
const notFound = (): Error => new StreamNotFoundError(undefined, 'lead-1');

const outages: readonly (readonly [string, () => Error])[] = [
  ['is unavailable', () => new UnavailableError(service(14, 'connect ECONNREFUSED 127.0.0.1:2113'))],
  ['passed its deadline', () => new DeadlineExceededError(service(4))],
  ['timed out', () => new TimeoutError(service(10))],
  ['was cancelled', () => new CancelledError(service(1))],
  ['is not the leader', () => new NotLeaderError(service(5))],
  ['ran out of something', () => bare(8)],
  ['had an inner error', () => bare(13, 'Received RST_STREAM with code 2')],
  ['closed the socket', () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ['said nothing that is known', () => new Error('socket hang up')],
];

const refusals: readonly (readonly [string, () => Error])[] = [
  ['the client’s class', () => new AccessDeniedError(service(16))],
  ['no permission', () => bare(7)],
  ['no login', () => bare(16)],
];

const calls = [
  ['append', troubleOfAppend],
  ['read', (error: unknown) => troubleOfRead(error, true)],
  ['read at any place', (error: unknown) => troubleOfRead(error, false)],
] as const;

describe.each(calls)('the error of an %s', (_, troubleOf) => {
  it.each(outages)('is an outage where the server %s, and keeps its words', (__, make) => {
    const error = make();
    const trouble = troubleOf(error);
    expect(trouble).toBeInstanceOf(Away);
    expect(trouble).not.toBeInstanceOf(Hung);
    expect(trouble).toMatchObject({ message: error.message, cause: error });
  });

  it.each(refusals)('is a refusal of the user for %s, which no repeat helps', (__, make) => {
    const error = make();
    expect(troubleOf(error)).toEqual(
      new StoreUnavailable('EventStoreDB does not let this user in', false, error),
    );
    expect(troubleOf(error)).toMatchObject({ outcomeUnknown: false, cause: error });
  });

  it.each([new TypeError('bug'), new RangeError('bug'), new SyntaxError('bug')])(
    'is our own bug as it is: %s',
    bug => {
      expect(troubleOf(bug)).toBe(bug);
    },
  );

  it.each([new Hung('nothing came'), new Away('gone'), new StoreUnavailable('away', true)])(
    'that was judged before stays what it is: %s',
    judged => {
      expect(troubleOf(judged)).toBe(judged);
    },
  );

  it('never is nothing, and never a class of the client but those that callers know', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.constantFrom(null, undefined, true)), thrown => {
        const trouble = troubleOf(thrown);
        expect(trouble).toBeInstanceOf(Away);
        expect((trouble as Away).message).toBe(String(thrown));
      }),
    );
  });

  it('has a text also where the client left it empty', () => {
    expect(troubleOf(new CancelledError())).toMatchObject({ message: 'cancelled' });
    expect(troubleOf(Object.assign(new Error(''), { name: 'OddError' }))).toMatchObject({
      message: 'OddError',
    });
  });
});

describe('the error of an append alone', () => {
  it('is a conflict where the stream stands elsewhere', () => {
    const error = wrongVersion();
    const trouble = troubleOfAppend(error);
    expect(trouble).toBeInstanceOf(Conflict);
    expect(trouble).toMatchObject({ cause: error });
  });

  it('is a refusal where the stream was ended for good', () => {
    const error = ended();
    expect(troubleOfAppend(error)).toMatchObject({
      ...{ name: 'StoreUnavailable', outcomeUnknown: false, cause: error },
      message: 'the stream was ended for good in EventStoreDB',
    });
  });

  it('is a broken rule where the server is set to take less in one append, so that an import sends it in halves', () => {
    const trouble = troubleOfAppend(new MaxAppendSizeExceededError(undefined, 65_536));
    expect(trouble).toBeInstanceOf(InvalidAppend);
    expect(trouble).toMatchObject({
      rule: 'too-many-bytes',
      message: 'EventStoreDB is set to take at most 65536 bytes in one append',
    });
  });

  it('is an outage where the server knows no word for it', () => {
    expect(troubleOfAppend(new UnknownError(service(2)))).toBeInstanceOf(Away);
    expect(troubleOfAppend(new InvalidArgumentError('no such option'))).toBeInstanceOf(Away);
  });
});

describe('the error of a read alone', () => {
  it.each([notFound(), ended()])('is the client’s own where there is no stream: %s', error => {
    expect(troubleOfRead(error, true)).toBe(error);
    expect(troubleOfRead(error, false)).toBe(error);
    expect(isMissing(error)).toBe(true);
  });

  it('tells a place at which no record begins, unless one is known to', () => {
    const error = bare(2, 'Unexpected error: Log record at actual pos 7 has too large size');
    const trouble = troubleOfRead(error, false);
    expect(trouble).toBeInstanceOf(NoRecord);
    expect(trouble).toMatchObject({ message: error.message, cause: error });
    expect(troubleOfRead(error, true)).toBeInstanceOf(Away);
    expect(troubleOfRead(new UnknownError(service(2)), false)).toBeInstanceOf(NoRecord);
  });

  it.each(['Server Is Not Ready', 'not ready'])(
    'does not take a server that is starting for that: %s',
    message => {
      const trouble = troubleOfRead(bare(2, message), false);
      expect(trouble).toBeInstanceOf(Away);
      expect(trouble).not.toBeInstanceOf(NoRecord);
    },
  );

  it.each([new UnavailableError(service(14)), wrongVersion(), new Error('x'), null, 7])(
    'is of no missing stream otherwise: %s',
    error => {
      expect(isMissing(error)).toBe(false);
    },
  );
});
