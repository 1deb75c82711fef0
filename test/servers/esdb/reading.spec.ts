import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import {
  ANY,
  BACKWARDS,
  END,
  excludeSystemEvents,
  NO_STREAM,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
} from '@eventstore/db-client';
import { read, rejection, some, standIn } from './fixture.ts';

const its = standIn();
const at = (commit: bigint) => ({ commit, prepare: commit });

/** Appends to a new stream; gives the events' ids and positions. */
const filled = async (count: number, stream = its.stream) => {
  const { append, client } = its;
  await append(stream, some(count), NO_STREAM);
  const events = await read(client.readStream(stream));
  return {
    stream,
    ids: events.map(({ id }) => id),
    positions: events.map(({ position }) => position!.commit),
  };
};

describe('reading $all', () => {
  it('begins with the event at the position', async () => {
    const { ids, positions } = await filled(4);
    const events = await read(its.client.readAll({ fromPosition: at(positions[1]!), maxCount: 2 }));
    expect(events.map(({ id }) => id)).toEqual(ids.slice(1, 3));
  });

  it('begins with a system event at 0, and gives nothing beyond the end', async () => {
    const { positions } = await filled(1);
    const [first] = await read(its.client.readAll({ fromPosition: at(0n), maxCount: 1 }));
    expect(first!.type).toMatch(/^\$/);
    expect(await read(its.client.readAll({ fromPosition: at(positions[0]! + 1_000_000n) }))).toEqual([]);
  });

  it('fails with code 2 where no record begins', async () => {
    const { positions } = await filled(2);
    const error = await rejection(read(its.client.readAll({ fromPosition: at(positions[1]! - 1n) })));
    expect(error).toMatchObject({ type: 'unknown', code: 2 });
  });

  it('never ends with a count of 0', async () => {
    const reading = its.client.readAll({ maxCount: 0 });
    const ended = read(reading).then(
      () => 'ended',
      () => 'failed',
    );
    expect(await Promise.race([ended, pause(300, 'nothing')])).toBe('nothing');
    await reading.cancel();
  });

  it('backwards from the end begins with the last event', async () => {
    const { ids } = await filled(3);
    const events = await read(its.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 2 }));
    expect(events.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  });
});

describe('reading a stream', () => {
  it('begins at the revision, and gives nothing past the end', async () => {
    const { stream, ids } = await filled(3);
    const from = async (fromRevision: bigint) =>
      (await read(its.client.readStream(stream, { fromRevision }))).map(({ id }) => id);
    expect([await from(1n), await from(3n)]).toEqual([ids.slice(1), []]);
  });

  it('that is not there fails with its name, as an error and without an end', async () => {
    const reading = its.client.readStream('s-nobody');
    const seen: unknown[] = [];
    reading.on('end', () => seen.push('end'));
    reading.on('data', () => seen.push('data'));
    const error = await new Promise(resolve => reading.on('error', resolve));
    expect(error).toMatchObject({ type: 'stream-not-found', streamName: 's-nobody' });
    await pause(50);
    expect(seen).toEqual([]);
  });

  it('with a count of 0 fails', async () => {
    const { stream } = await filled(1);
    expect(await rejection(read(its.client.readStream(stream, { maxCount: 0 })))).toMatchObject({
      type: 'unknown',
    });
  });
});

/** What a subscription says, in order. */
const heard = (subscription: AllStreamSubscription) => {
  const said: string[] = [];
  subscription
    .on('data', ({ event }: AllStreamResolvedEvent) => said.push(event?.id ?? ''))
    .on('confirmation', () => said.push('confirmation'))
    .on('caughtUp', (...given: unknown[]) => said.push(`caughtUp${given.length}`))
    .on('error', (error: Error) => said.push(`error ${(error as { readonly code?: number }).code}`))
    .on('end', () => said.push('end'));
  const until = async (what: string): Promise<void> => {
    for (let waited = 0; !said.includes(what) && waited < 5_000; waited += 10) await pause(10);
    expect(said).toContain(what);
  };
  return { said, until };
};

describe('a subscription', () => {
  it('begins after the position, says that it has caught up, and goes on', async () => {
    const { stream, ids, positions } = await filled(3);
    const subscription = its.client.subscribeToAll({ fromPosition: at(positions[1]!) });
    const { said, until } = heard(subscription);
    await until('caughtUp0');
    expect(said).toEqual(['confirmation', ids[2], 'caughtUp0']);
    const [later] = some(1);
    await its.append(stream, [later!], ANY);
    await until(later!.id);
    await subscription.unsubscribe();
  });

  it('skips an event when it begins where an empty append said', async () => {
    const { stream } = await filled(1);
    const { position } = await its.append(stream, [], ANY);
    const [one, two] = some(2);
    await its.append(stream, [one!], ANY);
    const subscription = its.client.subscribeToAll({ fromPosition: position! });
    const { said, until } = heard(subscription);
    await its.append(stream, [two!], ANY);
    await until(two!.id);
    expect(said).not.toContain(one!.id);
    await subscription.unsubscribe();
  });

  it('is filtered by type and by stream', async () => {
    const { stream, ids } = await filled(2);
    await filled(1, `other-${stream}`);
    for (const filter of [excludeSystemEvents(), streamNameFilter({ prefixes: [stream] })]) {
      const subscription = its.client.subscribeToAll({ filter });
      const { said, until } = heard(subscription);
      await until('caughtUp0');
      expect(said.filter(each => ids.includes(each))).toEqual(ids);
      if (filter.filterOn === 'streamName') expect(said).toHaveLength(4);
      await subscription.unsubscribe();
    }
  });

  it('tells checkpoints of what it left out', async () => {
    await filled(40);
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: ['never'],
      maxSearchWindow: 10,
      checkpointInterval: 1,
      checkpointReached: (_, { commit }) => void checkpoints.push(commit),
    });
    const subscription = its.client.subscribeToAll({ filter });
    await heard(subscription).until('caughtUp0');
    expect(checkpoints.length).toBeGreaterThanOrEqual(4);
    expect(checkpoints).toEqual([...checkpoints].sort((a, b) => Number(a - b)));
    await subscription.unsubscribe();
  });
});

describe('a stream that was removed', () => {
  it('softly is missing, and goes on with its revisions', async () => {
    const { client } = its;
    const { stream } = await filled(3);
    await client.deleteStream(stream);
    expect(await rejection(read(client.readStream(stream)))).toMatchObject({ type: 'stream-not-found' });
    expect((await its.append(stream, some(1), NO_STREAM)).nextExpectedRevision).toBe(3n);
    expect((await read(client.readStream(stream))).map(({ revision }) => revision)).toEqual([3n]);
  });

  it('for good is ended, and leaves its tombstone in $all', async () => {
    const { client } = its;
    const { stream } = await filled(1);
    await client.tombstoneStream(stream);
    expect(await rejection(read(client.readStream(stream)))).toMatchObject({ type: 'stream-deleted' });
    expect(await rejection(its.append(stream, some(1), ANY))).toMatchObject({ type: 'stream-deleted' });
    const [last] = await read(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    expect(last).toMatchObject({ type: '$streamDeleted', revision: 2n ** 63n - 1n });
  });

  it.each(['deleteStream', 'tombstoneStream'] as const)(
    'with a wrong revision by %s is refused with numbers',
    async command => {
      const { client, stream } = its;
      const error = await rejection(client[command](stream, { expectedRevision: 5n }));
      expect(error).toMatchObject({ type: 'wrong-expected-version', actualVersion: -1n });
    },
  );
});
