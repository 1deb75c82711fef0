import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeFrames, encodeFrame, type StoredEvent } from './frames.ts';

const event: fc.Arbitrary<StoredEvent> = fc.record({
  stream: fc.string(),
  revision: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  id: fc.uuid(),
  type: fc.string(),
  contentType: fc.constant('application/json'),
  created: fc.integer(),
  data: fc.uint8Array({ maxLength: 50 }).map(bytes => Buffer.from(bytes)),
  metadata: fc.uint8Array({ maxLength: 50 }).map(bytes => Buffer.from(bytes)),
});
const appends = fc.array(fc.array(event, { minLength: 1, maxLength: 4 }), { maxLength: 5 });

const fileOf = (list: readonly (readonly StoredEvent[])[]) => {
  let bytes = Buffer.alloc(0);
  const ends: number[] = [];
  const positions: number[][] = [];
  for (const events of list) {
    const frame = encodeFrame(events, bytes.length);
    positions.push([...frame.positions]);
    bytes = Buffer.concat([bytes, frame.bytes]);
    ends.push(bytes.length);
  }
  return { bytes, ends, positions };
};

describe('the file of the log', () => {
  it('gives back every append, each event at the position that was told', () => {
    fc.assert(
      fc.property(appends, list => {
        const { bytes, positions } = fileOf(list);
        const read = decodeFrames(bytes);
        expect(read.end).toBe(bytes.length);
        expect(read.appends).toEqual(
          list.map((events, n) => events.map((each, m) => ({ ...each, position: positions[n]![m] }))),
        );
      }),
    );
  });

  it('has only whole appends wherever it was cut', () => {
    fc.assert(
      fc.property(appends, fc.nat(), (list, cut) => {
        const { bytes, ends } = fileOf(list);
        const length = cut % (bytes.length + 1);
        const read = decodeFrames(bytes.subarray(0, length));
        expect(read.appends).toHaveLength(ends.filter(end => end <= length).length);
        expect(read.end).toBe(ends.filter(end => end <= length).at(-1) ?? 0);
      }),
    );
  });
});
