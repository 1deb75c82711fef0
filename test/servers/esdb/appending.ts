import {
  status,
  type ServerDuplexStream,
  type ServerReadableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expectedOf } from './expected.ts';
import { failure, failureOf, statusOf } from './failures.ts';
import type { Expected } from './judge.ts';
import type { Log, Outcome, ProposedEvent } from './log.ts';
import { idOf, identifier, nameOf } from './messages.ts';

type BatchReq = InstanceType<typeof streams.BatchAppendReq>;
type BatchResp = InstanceType<typeof streams.BatchAppendResp>;
type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;
type Proposed =
  | InstanceType<typeof streams.AppendReq.ProposedMessage>
  | InstanceType<typeof streams.BatchAppendReq.ProposedMessage>;

const badId = (): ReturnType<typeof failure> =>
  failure(status.UNKNOWN, 'Exception was thrown by handler. id');

/** The proposed event; null when its id is no UUID. */
const eventOf = (message: Proposed): ProposedEvent | null => {
  const id = idOf(message.getId());
  if (id === null) return null;
  const system = message.getMetadataMap();
  return {
    id,
    type: system.get('type') ?? '',
    contentType: system.get('content-type') ?? 'application/octet-stream',
    data: Buffer.from(message.getData_asU8()),
    metadata: Buffer.from(message.getCustomMetadata_asU8()),
  };
};

interface Collecting {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: ProposedEvent[];
}

const begin = (request: BatchReq): Collecting | null => {
  const options = request.getOptions();
  if (options === undefined) return null;
  return {
    stream: nameOf(options.getStreamIdentifier()),
    expected: expectedOf(options, options.getStreamPosition()),
    events: [],
  };
};

const batchResponse = (
  correlation: InstanceType<typeof shared.UUID> | undefined,
  { stream, expected }: Collecting,
  outcome: Outcome,
): BatchResp => {
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(correlation);
  response.setStreamIdentifier(identifier(stream));
  if (outcome.kind !== 'success') {
    response.setError(statusOf(outcome, stream, expected));
    return response;
  }
  const success = new streams.BatchAppendResp.Success();
  if (outcome.revision === null) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(String(outcome.revision));
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
};

/** Many appends on one stream, answered in the order in which they end. */
export const batchAppend =
  (log: Log) =>
  (call: ServerDuplexStream<BatchReq, BatchResp>): void => {
    const open = new Map<string, Collecting>();
    call.on('error', () => open.clear());
    call.on('end', () => call.end());
    call.on('data', (request: BatchReq) => {
      const correlation = request.getCorrelationId();
      const key = correlation?.getString() ?? '';
      const collecting = open.get(key) ?? begin(request);
      if (collecting === null) return;
      open.set(key, collecting);
      for (const message of request.getProposedMessagesList()) {
        const event = eventOf(message);
        if (event === null) {
          call.emit('error', badId());
          return;
        }
        collecting.events.push(event);
      }
      if (!request.getIsFinal()) return;
      open.delete(key);
      void log.append(collecting.stream, collecting.events, collecting.expected).then(outcome => {
        if (call.writable) call.write(batchResponse(correlation, collecting, outcome));
      });
    });
  };

const appendResponse = (outcome: Outcome, expected: Expected): AppendResp | null => {
  const response = new streams.AppendResp();
  if (outcome.kind === 'success') {
    const success = new streams.AppendResp.Success();
    if (outcome.revision === null) success.setNoStream(new shared.Empty());
    else success.setCurrentRevision(String(outcome.revision));
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    success.setPosition(position);
    response.setSuccess(success);
    return response;
  }
  if (outcome.kind !== 'wrong-revision') return null;
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.actual === null) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.actual));
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedRevision(String(expected));
  response.setWrongExpectedVersion(wrong);
  return response;
};

/** One append as a call of its own, which the client makes when it is given credentials. */
export const append =
  (log: Log) =>
  (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void => {
    let target: { readonly stream: string; readonly expected: Expected } | null = null;
    const events: (ProposedEvent | null)[] = [];
    call.on('data', (request: AppendReq) => {
      const options = request.getOptions();
      const message = request.getProposedMessage();
      if (options !== undefined)
        target = {
          stream: nameOf(options.getStreamIdentifier()),
          expected: expectedOf(options, options.getRevision()),
        };
      if (message !== undefined) events.push(eventOf(message));
    });
    call.on('end', () => {
      if (target === null || events.includes(null)) {
        callback(badId());
        return;
      }
      const { stream, expected } = target;
      void log.append(stream, events as ProposedEvent[], expected).then(outcome => {
        const response = appendResponse(outcome, expected);
        if (response !== null) callback(null, response);
        else if (outcome.kind !== 'success') callback(failureOf(outcome, stream, expected));
      });
    });
  };
