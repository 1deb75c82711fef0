import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Book } from './book.ts';

export type ReadReq = InstanceType<typeof streams.ReadReq>;
export type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;
export type ReadCall = ServerWritableStream<ReadReq, Buffer>;

const isOpen = (call: ReadCall): boolean => !call.cancelled && !call.destroyed;

/** Writes to a call no faster than it is read; false when its reader has gone. */
export const writeTo = async (call: ReadCall, response: Buffer): Promise<boolean> => {
  if (!isOpen(call)) return false;
  if (call.write(response)) return true;
  await new Promise<void>(resolve => {
    const done = (): void => {
      for (const name of ['drain', 'close', 'cancelled']) call.off(name, done);
      resolve();
    };
    for (const name of ['drain', 'close', 'cancelled']) call.on(name, done);
  });
  return isOpen(call);
};

/** Index from which to go on after a position (or at it, when it is included); null when no record begins there. */
export const startOf = (book: Book, position: string, inclusive: boolean): number | null => {
  const at = Number(position);
  const index = book.indexFrom(at);
  const entry = book.all[index];
  if (at === 0 || entry === undefined) return index;
  if (entry.position !== at) return null;
  return inclusive ? index : index + 1;
};
