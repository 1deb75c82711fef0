import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expectedOf } from './expected.ts';
import { failureOf } from './failures.ts';
import type { Log } from './log.ts';
import { nameOf } from './messages.ts';

type DeleteReq = InstanceType<typeof streams.DeleteReq>;
type DeleteResp = InstanceType<typeof streams.DeleteResp>;
type TombstoneReq = InstanceType<typeof streams.TombstoneReq>;
type TombstoneResp = InstanceType<typeof streams.TombstoneResp>;

/** Soft delete. */
export const softDelete =
  (log: Log) =>
  ({ request }: ServerUnaryCall<DeleteReq, DeleteResp>, callback: sendUnaryData<DeleteResp>): void => {
    const options = request.getOptions();
    if (options === undefined) return;
    const stream = nameOf(options.getStreamIdentifier());
    const expected = expectedOf(options, options.getRevision());
    void log.softDelete(stream, expected).then(outcome => {
      if (outcome.kind !== 'success') {
        callback(failureOf(outcome, stream, expected));
        return;
      }
      const position = new streams.DeleteResp.Position();
      position.setCommitPosition(String(outcome.position));
      position.setPreparePosition(String(outcome.position));
      const response = new streams.DeleteResp();
      response.setPosition(position);
      callback(null, response);
    });
  };

/** The end of a stream for good. */
export const tombstone =
  (log: Log) =>
  (
    { request }: ServerUnaryCall<TombstoneReq, TombstoneResp>,
    callback: sendUnaryData<TombstoneResp>,
  ): void => {
    const options = request.getOptions();
    if (options === undefined) return;
    const stream = nameOf(options.getStreamIdentifier());
    const expected = expectedOf(options, options.getRevision());
    void log.tombstone(stream, expected).then(outcome => {
      if (outcome.kind !== 'success') {
        callback(failureOf(outcome, stream, expected));
        return;
      }
      const position = new streams.TombstoneResp.Position();
      position.setCommitPosition(String(outcome.position));
      position.setPreparePosition(String(outcome.position));
      const response = new streams.TombstoneResp();
      response.setPosition(position);
      callback(null, response);
    });
  };
