import { randomUUID } from 'node:crypto';
import type { sendUnaryData } from '@grpc/grpc-js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';

type SupportedMethods = InstanceType<typeof features.SupportedMethods>;
type ClusterInfo = InstanceType<typeof gossip.ClusterInfo>;

const methods = ['append', 'batchappend', 'delete', 'read', 'tombstone'];

/** What the client asks before its first append. */
export const supportedMethods = (_: unknown, callback: sendUnaryData<SupportedMethods>): void => {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('23.10.6');
  supported.setMethodsList(
    methods.map(name => {
      const method = new features.SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      return method;
    }),
  );
  callback(null, supported);
};

/** What the client asks first when it is given several nodes: this one leads. */
export const clusterInfo = (port: () => number, clock: () => number) => {
  const id = randomUUID();
  return (_: unknown, callback: sendUnaryData<ClusterInfo>): void => {
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress('127.0.0.1');
    endPoint.setPort(port());
    const instance = new shared.UUID();
    instance.setString(id);
    const member = new gossip.MemberInfo();
    member.setInstanceId(instance);
    member.setTimeStamp(String(BigInt(clock()) * 10_000n));
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const info = new gossip.ClusterInfo();
    info.setMembersList([member]);
    callback(null, info);
  };
};
