import { randomUUID } from 'node:crypto';
import { Server, ServerCredentials, status, type Metadata, type UntypedHandleCall } from '@grpc/grpc-js';
import featuresRpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import gossipRpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import streamsRpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { append, batchAppend } from './appending.ts';
import { clusterInfo, supportedMethods } from './cluster.ts';
import { failure } from './failures.ts';
import { openLog } from './log.ts';
import { read } from './reading.ts';
import { softDelete, tombstone } from './removing.ts';

export interface EsdbServerOptions {
  /** The log's file; it is made where it is missing. */
  readonly file: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** Whether an append waits for the disk, as the real server's does. */
  readonly sync: boolean;
  /** Ids remembered for appends without a revision; the real server has been seen to forget after about 260,000. */
  readonly remembered?: number;
  /** For so long after the start every call is told that the server is not ready, ms. */
  readonly notReadyMs?: number;
  /** PEM texts; without them there is no TLS. */
  readonly tls?: { readonly key: Buffer; readonly certificate: Buffer };
  /** `name:password`, asked of every call; only with TLS, as without it the client sends none. */
  readonly user?: string;
}

export interface EsdbServer {
  readonly port: number;
  stop(): Promise<void>;
}

type Gate = (metadata: Metadata) => ReturnType<typeof failure> | null;

const gate = ({ notReadyMs = 0, user }: Pick<EsdbServerOptions, 'notReadyMs' | 'user'>): Gate => {
  const ready = performance.now() + notReadyMs;
  const wanted = user === undefined ? null : `Basic ${Buffer.from(user).toString('base64')}`;
  return metadata => {
    if (performance.now() < ready) return failure(status.UNKNOWN, 'Server Is Not Ready');
    if (wanted !== null && metadata.get('authorization')[0] !== wanted)
      return failure(status.UNAUTHENTICATED, 'Unauthenticated', { exception: 'access-denied' });
    return null;
  };
};

interface AnyCall {
  readonly metadata: Metadata;
  emit(name: 'error', error: Error): boolean;
}
type Callback = (error: Error | null, value?: unknown) => void;
type Handler = (call: never, callback: never) => void;

const guarded =
  (check: Gate) =>
  (handler: Handler): UntypedHandleCall =>
    ((call: AnyCall, callback?: Callback) => {
      const refused = check(call.metadata);
      if (refused === null) (handler as (call: AnyCall, callback?: Callback) => void)(call, callback);
      else if (callback === undefined) call.emit('error', refused);
      else callback(refused);
    }) as UntypedHandleCall;

/** Events are kept as the bytes of their answers, which are sent as they are. */
const streamsService = {
  ...streamsRpc.StreamsService,
  read: { ...streamsRpc.StreamsService.read, responseSerialize: (bytes: Buffer) => bytes },
};

/** A stand-in for EventStoreDB: its protocol, its answers, and a log in a file. */
export const startServer = async (options: EsdbServerOptions): Promise<EsdbServer> => {
  const { file, sync, remembered = 260_000, tls } = options;
  const log = openLog({ file, sync, remembered, newId: randomUUID, clock: Date.now });
  // The real one begins with system events too, so that no user's event stands at 0.
  await log.append(
    '$epoch-information',
    [
      {
        id: randomUUID(),
        type: '$epoch-information',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: Buffer.alloc(0),
      },
    ],
    'any',
  );
  const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
  const guard = guarded(gate(options));
  let port = options.port;
  server.addService(streamsService, {
    read: guard(read(log)),
    append: guard(append(log)),
    batchAppend: guard(batchAppend(log)),
    delete: guard(softDelete(log)),
    tombstone: guard(tombstone(log)),
  });
  server.addService(featuresRpc.ServerFeaturesService, {
    // The client asks this one without credentials.
    getSupportedMethods: guarded(gate({ notReadyMs: options.notReadyMs ?? 0 }))(supportedMethods),
  });
  server.addService(gossipRpc.GossipService, { read: clusterInfo(() => port, Date.now) });
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }]);
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port}`, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    stop: async () => {
      server.forceShutdown();
      await log.close();
    },
  };
};
