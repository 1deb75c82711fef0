import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import code from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import type { Expected } from './judge.ts';
import { maxAppendSize, type Outcome } from './log.ts';
import { identifier } from './messages.ts';

export type Refusal = Exclude<Outcome, { readonly kind: 'success' }>;

/** An error that ends a call; `exception` and its fields travel in the trailers. */
export const failure = (
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServiceError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

/** How removing names what was expected: it has numbers only. */
const numberOf = (expected: Expected): string => {
  const words = { no_stream: '-1', any: '-2', stream_exists: '-4' } as const;
  return typeof expected === 'bigint' ? String(expected) : words[expected];
};

/** How a call of its own (an append with credentials, a delete, a read) fails. */
export const failureOf = (refusal: Refusal, stream: string, expected: Expected): ServiceError => {
  switch (refusal.kind) {
    case 'wrong-revision':
      return failure(
        status.FAILED_PRECONDITION,
        `Append failed due to WrongExpectedVersion. Stream: ${stream}`,
        {
          exception: 'wrong-expected-version',
          'stream-name': stream,
          'expected-version': numberOf(expected),
          'actual-version': String(refusal.actual ?? -1n),
        },
      );
    case 'deleted':
      return failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
        exception: 'stream-deleted',
        'stream-name': stream,
      });
    case 'too-large':
      return failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${maxAppendSize} Exceeded.`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(maxAppendSize),
      });
    case 'timeout':
      return failure(status.DEADLINE_EXCEEDED, 'Operation timed out');
  }
};

const wrongVersion = (actual: bigint | null, expected: Expected): Uint8Array => {
  const details = new shared.WrongExpectedVersion();
  if (actual === null) details.setCurrentNoStream(new empty.Empty());
  else details.setCurrentStreamRevision(String(actual));
  if (expected === 'any') details.setExpectedAny(new empty.Empty());
  else if (expected === 'no_stream') details.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream_exists') details.setExpectedStreamExists(new empty.Empty());
  else details.setExpectedStreamPosition(String(expected));
  return details.serializeBinary();
};

const codes = {
  precondition: code.Code.FAILED_PRECONDITION,
  argument: code.Code.INVALID_ARGUMENT,
  deadline: code.Code.DEADLINE_EXCEEDED,
} as const;

const detailsOf = (
  refusal: Refusal,
  stream: string,
  expected: Expected,
): readonly [name: string, code: keyof typeof codes, bytes: Uint8Array] => {
  switch (refusal.kind) {
    case 'wrong-revision':
      return ['WrongExpectedVersion', 'precondition', wrongVersion(refusal.actual, expected)];
    case 'deleted': {
      const deleted = new shared.StreamDeleted();
      deleted.setStreamIdentifier(identifier(stream));
      return ['StreamDeleted', 'precondition', deleted.serializeBinary()];
    }
    case 'too-large': {
      const exceeded = new shared.MaximumAppendSizeExceeded();
      exceeded.setMaxappendsize(maxAppendSize);
      return ['MaximumAppendSizeExceeded', 'argument', exceeded.serializeBinary()];
    }
    case 'timeout':
      return ['Timeout', 'deadline', new shared.Timeout().serializeBinary()];
  }
};

/** How one append of a batch stream fails, which goes on. */
export const statusOf = (
  refusal: Refusal,
  stream: string,
  expected: Expected,
): InstanceType<typeof statuses.Status> => {
  const [name, kind, bytes] = detailsOf(refusal, stream, expected);
  const details = new any.Any();
  details.pack(bytes, `event_store.client.${name}`);
  const failed = new statuses.Status();
  failed.setCode(codes[kind]);
  failed.setMessage(name);
  failed.setDetails(details);
  return failed;
};
