import streams from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { PlacedEvent } from './frames.ts';

const ticksPerMs = 10_000n;

export const identifier = (name: string): InstanceType<typeof shared.StreamIdentifier> => {
  const id = new shared.StreamIdentifier();
  id.setStreamName(Buffer.from(name).toString('base64'));
  return id;
};

export const nameOf = (id: InstanceType<typeof shared.StreamIdentifier> | undefined): string =>
  Buffer.from(id?.getStreamName_asU8() ?? []).toString();

const serialised = (build: (response: InstanceType<typeof streams.ReadResp>) => void): Buffer => {
  const response = new streams.ReadResp();
  build(response);
  return Buffer.from(response.serializeBinary());
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id in lower case, as the server gives it back; null when it is no UUID. */
export const idOf = (id: InstanceType<typeof shared.UUID> | undefined): string | null => {
  const text = id?.getString() ?? '';
  return uuid.test(text) ? text.toLowerCase() : null;
};

/** The answer that carries an event. */
export const readResponse = (event: PlacedEvent): Buffer =>
  serialised(response => {
    const position = String(event.position);
    const id = new shared.UUID();
    id.setString(event.id);
    const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
    recorded.setId(id);
    recorded.setStreamIdentifier(identifier(event.stream));
    recorded.setStreamRevision(String(event.revision));
    recorded.setCommitPosition(position);
    recorded.setPreparePosition(position);
    recorded.setData(event.data);
    recorded.setCustomMetadata(event.metadata);
    const system = recorded.getMetadataMap();
    system.set('type', event.type);
    system.set('content-type', event.contentType);
    system.set('created', String(BigInt(event.created) * ticksPerMs));
    const read = new streams.ReadResp.ReadEvent();
    read.setEvent(recorded);
    read.setCommitPosition(position);
    response.setEvent(read);
  });

export const notFoundResponse = (stream: string): Buffer =>
  serialised(response => {
    const notFound = new streams.ReadResp.StreamNotFound();
    notFound.setStreamIdentifier(identifier(stream));
    response.setStreamNotFound(notFound);
  });

export const confirmationResponse = (id: string): Buffer =>
  serialised(response => {
    const confirmation = new streams.ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId(id);
    response.setConfirmation(confirmation);
  });

export const caughtUpResponse = (): Buffer =>
  serialised(response => {
    response.setCaughtUp(new streams.ReadResp.CaughtUp());
  });

export const checkpointResponse = (position: number): Buffer =>
  serialised(response => {
    const checkpoint = new streams.ReadResp.Checkpoint();
    checkpoint.setCommitPosition(String(position));
    checkpoint.setPreparePosition(String(position));
    response.setCheckpoint(checkpoint);
  });
