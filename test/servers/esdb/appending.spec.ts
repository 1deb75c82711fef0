import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  ANY,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
} from '@eventstore/db-client';
import { read, rejection, sized, some, standIn } from './fixture.ts';

const its = standIn();

describe('an append', () => {
  it('answers the revision and the position of its last event; each event has its own position', async () => {
    const { append, client, stream } = its;
    const answer = await append(stream, some(3), NO_STREAM);
    const events = await read(client.readStream(stream));
    const positions = events.map(({ position }) => position!.commit);
    expect(answer).toEqual({ success: true, nextExpectedRevision: 2n, position: events[2]!.position });
    expect(events.every(({ position }) => position!.commit === position!.prepare)).toBe(true);
    expect(positions[0]! < positions[1]! && positions[1]! < positions[2]!).toBe(true);
    // Not contiguous, and what JavaScript's numbers hold.
    expect(positions[1]! - positions[0]!).toBeGreaterThan(1n);
    expect(Number.isSafeInteger(Number(positions[2]))).toBe(true);
  });

  it.each<[string, AppendExpectedRevision]>([
    ['NO_STREAM', NO_STREAM],
    ['a stale revision', 0n],
    ['a future revision', 9n],
  ])('with %s to a stream that stands elsewhere is refused with its head', async (_, expected) => {
    const { append, ids, stream } = its;
    await append(stream, some(3), NO_STREAM);
    const error = await rejection(append(stream, some(1), expected));
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
    expect(await ids(stream)).toHaveLength(3);
  });

  it.each<AppendExpectedRevision>([STREAM_EXISTS, 0n])(
    'with %s to no stream is refused with a word',
    async expected => {
      const { append, stream } = its;
      const error = await rejection(append(stream, some(1), expected));
      expect(error).toMatchObject({ type: 'wrong-expected-version', actualVersion: 'no_stream' });
    },
  );

  it('of five at once with NO_STREAM wins, and four are refused with the head', async () => {
    const { append, stream } = its;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => append(stream, some(2), NO_STREAM)),
    );
    const refused = outcomes.flatMap(outcome =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(refused).toHaveLength(4);
    for (const error of refused) expect(error).toMatchObject({ actualVersion: 1n });
  });

  it('of nothing succeeds and creates nothing', async () => {
    const { append, ids, stream } = its;
    expect((await append(stream, [], NO_STREAM)).success).toBe(true);
    expect(await rejection(ids(stream))).toMatchObject({ type: 'stream-not-found', streamName: stream });
  });

  it('holds 1,048,576 bytes as a whole, and the connection stays usable when it has more', async () => {
    const { append, ids, stream } = its;
    await append(stream, [sized(1_000_000)], NO_STREAM);
    const error = await rejection(
      append(
        stream,
        Array.from({ length: 11 }, () => sized(100_000)),
        0n,
      ),
    );
    expect(error).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 });
    await append(stream, some(1), 0n);
    expect(await ids(stream)).toHaveLength(2);
  });

  it('of 17 MB breaks the others under way with code 8', async () => {
    // The small one may be done before the large one gets there: then once more.
    let broken: unknown;
    for (let turn = 0; turn < 20 && broken === undefined; turn++) {
      const client = EventStoreDBClient.connectionString(its.server.url);
      const large = rejection(client.appendToStream(its.stream, [sized(17_000_000)]));
      const small = client.appendToStream(`${its.stream}-${turn}`, some(1)).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(await large).toMatchObject({ code: 8 });
      broken = await small;
      await client.dispose();
    }
    expect(broken).toMatchObject({ code: 8 });
  }, 60_000);

  it('gives ids back in lower case, and no metadata as undefined', async () => {
    const { append, client, stream } = its;
    const id = randomUUID();
    await append(stream, [jsonEvent({ id: id.toUpperCase(), type: 'Happened', data: {} })], ANY);
    const [event] = await read(client.readStream(stream));
    expect(event).toMatchObject({ id, metadata: undefined, isJson: true });
  });

  it('that is given credentials goes another way, to the same answers', async () => {
    const { client, stream } = its;
    const credentials = { username: 'ann', password: 'secret' };
    const events = some(2);
    const first = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM, credentials });
    expect(first.nextExpectedRevision).toBe(1n);
    expect(await client.appendToStream(stream, events, { expectedRevision: NO_STREAM, credentials })).toEqual(
      first,
    );
    const error = await rejection(
      client.appendToStream(stream, some(1), { expectedRevision: NO_STREAM, credentials }),
    );
    expect(error).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
    const missing = await rejection(
      client.appendToStream(`${stream}-2`, some(1), { expectedRevision: 3n, credentials }),
    );
    expect(missing).toMatchObject({ actualVersion: 'no_stream' });
    const large = await rejection(
      client.appendToStream(stream, [sized(600_000), sized(600_000)], { credentials }),
    );
    expect(large).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 });
  });
});

describe('the same ids again', () => {
  it.each<[string, AppendExpectedRevision]>([
    ['NO_STREAM', NO_STREAM],
    ['the exact revision', 1n],
  ])('with %s are answered as the first time, however the log went on', async (_, expected) => {
    const { append, ids, stream } = its;
    if (expected !== NO_STREAM) await append(stream, some(2), NO_STREAM);
    const events = some(3);
    const first = await append(stream, events, expected);
    await append(stream, some(4), ANY);
    const length = (await ids(stream)).length;
    expect(await append(stream, events, expected)).toEqual(first);
    expect(await ids(stream)).toHaveLength(length);
  });

  it('in a part of the first append, from its revision, are answered alike', async () => {
    const { append, ids, stream } = its;
    const events = some(4);
    await append(stream, events, NO_STREAM);
    expect((await append(stream, events.slice(1, 3), 0n)).nextExpectedRevision).toBe(2n);
    expect((await append(stream, events.slice(0, 2), NO_STREAM)).nextExpectedRevision).toBe(1n);
    expect(await ids(stream)).toHaveLength(4);
  });

  it.each<AppendExpectedRevision>([ANY, STREAM_EXISTS])(
    'with %s soon after write nothing',
    async expected => {
      const { append, ids, stream } = its;
      await append(stream, some(1), NO_STREAM);
      const events = some(2);
      const first = await append(stream, events, expected);
      expect(await append(stream, events, expected)).toEqual(first);
      expect(await ids(stream)).toHaveLength(3);
    },
  );

  it('at the head are written twice', async () => {
    const { append, ids, stream } = its;
    const events = some(2);
    await append(stream, events, NO_STREAM);
    await append(stream, events, 1n);
    expect(await ids(stream)).toHaveLength(4);
  });

  it.each<AppendExpectedRevision>([ANY, NO_STREAM])(
    'followed by new ones in one append with %s are refused whole',
    async expected => {
      const { append, ids, stream } = its;
      const events = some(2);
      await append(stream, events, NO_STREAM);
      const error = await rejection(append(stream, [...events, ...some(1)], expected));
      expect(error).toMatchObject({ type: 'wrong-expected-version' });
      expect(await ids(stream)).toHaveLength(2);
    },
  );

  it('after new ones with ANY are both written', async () => {
    const { append, ids, stream } = its;
    const events = some(1);
    await append(stream, events, NO_STREAM);
    await append(stream, [...some(1), ...events], ANY);
    expect(await ids(stream)).toHaveLength(3);
  });

  it('under way at once are one event; the others time out after two seconds', async () => {
    const { append, ids, stream } = its;
    let late: readonly unknown[] = [];
    // The first may be done before the others get there: then once more.
    for (let turn = 0; turn < 20 && late.length === 0; turn++) {
      const events = some(1);
      const since = performance.now();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 4 }, () => append(`${stream}-${turn}`, events, NO_STREAM)),
      );
      late = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      for (const error of late) expect(error).toMatchObject({ type: 'deadline-exceeded' });
      if (late.length > 0) expect(performance.now() - since).toBeGreaterThan(1_900);
      expect(await ids(`${stream}-${turn}`)).toHaveLength(1);
    }
    expect(late.length).toBeGreaterThan(0);
  }, 60_000);

  it('twice in one batch, or in two streams, are both written', async () => {
    const { append, ids, stream } = its;
    const [event] = some(1);
    await append(stream, [event!, event!], NO_STREAM);
    await append(`${stream}-2`, [event!], NO_STREAM);
    expect([await ids(stream), await ids(`${stream}-2`)].map(({ length }) => length)).toEqual([2, 1]);
  });
});
