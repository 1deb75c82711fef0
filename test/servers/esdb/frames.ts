import { crc32 } from 'node:zlib';

/** An event as the file holds it. */
export interface StoredEvent {
  readonly stream: string;
  /** A bigint because a tombstone's is 2^63 − 1. */
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  /** Epoch ms. */
  readonly created: number;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** An event, and its place in the file, which is its position in the log. */
export interface PlacedEvent extends StoredEvent {
  readonly position: number;
}

const head = 8;
const lengths = 12;

const encodeEvent = ({ data, metadata, revision, ...rest }: StoredEvent): Buffer => {
  const header = Buffer.from(JSON.stringify({ ...rest, revision: String(revision) }));
  const sizes = Buffer.alloc(lengths);
  sizes.writeUInt32LE(header.length, 0);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(metadata.length, 8);
  return Buffer.concat([sizes, header, data, metadata]);
};

/**
 * The bytes of one append, which stand in the file whole or not at all, and the position of each of its events.
 *
 * @param offset where in the file they will stand
 */
export const encodeFrame = (
  events: readonly StoredEvent[],
  offset: number,
): { readonly bytes: Buffer; readonly positions: readonly number[] } => {
  const parts = events.map(encodeEvent);
  const body = Buffer.concat(parts);
  const start = Buffer.alloc(head);
  start.writeUInt32LE(body.length, 0);
  start.writeUInt32LE(crc32(body), 4);
  const positions: number[] = [];
  let position = offset + head;
  for (const part of parts) {
    positions.push(position);
    position += part.length;
  }
  return { bytes: Buffer.concat([start, body]), positions };
};

type Header = Omit<StoredEvent, 'data' | 'metadata' | 'revision'> & { readonly revision: string };

function* decodeBody(body: Buffer, offset: number): Generator<PlacedEvent> {
  for (let at = 0; at < body.length;) {
    const [header, data, metadata] = [0, 4, 8].map(n => body.readUInt32LE(at + n)) as [
      number,
      number,
      number,
    ];
    const start = at + lengths;
    const { revision, ...rest } = JSON.parse(body.toString('utf8', start, start + header)) as Header;
    yield {
      ...rest,
      revision: BigInt(revision),
      data: body.subarray(start + header, start + header + data),
      metadata: body.subarray(start + header + data, start + header + data + metadata),
      position: offset + at,
    };
    at = start + header + data + metadata;
  }
}

/** The appends of a file, and where the last whole one ends: what comes after was not acknowledged. */
export const decodeFrames = (
  bytes: Buffer,
): { readonly appends: readonly (readonly PlacedEvent[])[]; readonly end: number } => {
  const appends: PlacedEvent[][] = [];
  let at = 0;
  while (at + head <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const body = bytes.subarray(at + head, at + head + length);
    if (body.length < length || crc32(body) !== bytes.readUInt32LE(at + 4)) break;
    appends.push([...decodeBody(body, at + head)]);
    at += head + length;
  }
  return { appends, end: at };
};
