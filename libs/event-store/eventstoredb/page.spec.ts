import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import {
  StreamNotFoundError,
  UnavailableError,
  type RecordedEvent as ClientEvent,
} from '@eventstore/db-client';
import { clientEvent } from '../../../test/support/client-events.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Held, Line } from './line.ts';
import { pageReader, type Reading } from './page.ts';
import { createWatch } from './patience.ts';
import { Hung, NoRecord } from './trouble.ts';

/** A read of the client, played by hand. */
const played = () => {
  const emitter = new EventEmitter();
  const cancel = jest.fn(() => Promise.resolve());
  const reading: Reading = {
    on: (name: string, listener: (...args: never[]) => void) => emitter.on(name, listener as never),
    once: (name: string, listener: () => void) => emitter.once(name, listener),
    cancel,
  };
  const give = (...events: readonly ClientEvent[]): void => {
    for (const event of events) emitter.emit('data', { event });
  };
  return {
    ...{ reading, cancel, give, emitter },
    end: (): void => void emitter.emit('end'),
    fail: (error: Error): void => void emitter.emit('error', error),
  };
};

/** A line whose client is nobody, and what was told of it. */
const lineOf = () => {
  const gone = new Set<() => void>();
  const worked = jest.fn();
  const held: Held = {
    client: null as never,
    onGone: listener => {
      gone.add(listener);
      return () => gone.delete(listener);
    },
    worked,
  };
  const hung = jest.fn(() => Promise.resolve());
  const line: Line = { held: () => Promise.resolve(held), hung, close: () => Promise.resolve() };
  const replace = (): void => {
    for (const tell of [...gone]) tell();
  };
  return { line, hung, worked, gone, replace };
};

const gone = (): Error => new UnavailableError(undefined, 'connect ECONNREFUSED');

/** Reads that are opened one after the other, each played by the test once it is open. */
const opened = (...plays: readonly ((read: ReturnType<typeof played>) => void)[]) => {
  const reads: ReturnType<typeof played>[] = [];
  const open = jest.fn((): Reading => {
    const read = played();
    const play = plays[Math.min(reads.length, plays.length - 1)];
    reads.push(read);
    setImmediate(() => play?.(read));
    return read.reading;
  });
  return { open, reads };
};

describe('a page of the log', () => {
  it('is everything that a read gives, in its order', async () => {
    const { line, worked, gone: waiting } = lineOf();
    const events = [1, 2, 3].map(at => clientEvent({ at }));
    const { open, reads } = opened(({ give, end, emitter }) => {
      give(...events.slice(0, 2));
      // A link to an event that is gone comes without one.
      emitter.emit('data', {});
      give(events[2]!);
      end();
    });
    const answered = jest.fn();
    const read = pageReader(line, { ...createWatch(1_000), answered });
    expect(await read(open)).toEqual(events);
    expect([answered.mock.calls.length, worked.mock.calls.length, waiting.size]).toEqual([1, 1, 0]);
    expect(reads[0]!.cancel).not.toHaveBeenCalled();
  });

  it('is opened again while the server is away, and begins anew', async () => {
    const { line } = lineOf();
    const event = clientEvent();
    const { open } = opened(
      ({ fail }) => fail(gone()),
      ({ give, fail }) => {
        give(clientEvent({ at: 1 }));
        fail(gone());
      },
      ({ give, end }) => {
        give(event);
        end();
      },
    );
    expect(await pageReader(line, createWatch(5_000))(open)).toEqual([event]);
    expect(open).toHaveBeenCalledTimes(3);
  });

  it('is given up in time, which a caller may have less of: nothing was done', async () => {
    const { line } = lineOf();
    const { open } = opened(({ fail }) => fail(gone()));
    const since = performance.now();
    const refused = pageReader(line, createWatch(60_000))(open, {
      left: () => 30 - (performance.now() - since),
    });
    await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(refused).rejects.toMatchObject({
      message: 'EventStoreDB is away: connect ECONNREFUSED',
      outcomeUnknown: false,
    });
  });

  it('hangs when nothing comes for so long: it is cancelled, and its client said to', async () => {
    const { line, hung, gone: waiting } = lineOf();
    const { open, reads } = opened(() => undefined);
    const refused = pageReader(line, createWatch(40))(open);
    await expect(refused).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: expect.stringMatching(/^EventStoreDB is away: nothing was read for \d+ ms$/),
      cause: expect.any(Hung),
    });
    expect(reads[0]!.cancel).toHaveBeenCalledTimes(1);
    expect([hung.mock.calls.length, waiting.size]).toEqual([open.mock.calls.length, 0]);
    // What comes too late is nobody's, and no error of nobody ends the process.
    reads[0]!.fail(gone());
    reads[0]!.end();
  });

  it('may take longer than that as long as something comes', async () => {
    const { line, hung } = lineOf();
    const { open } = opened(({ give, end }) => {
      let left = 6;
      const timer = setInterval(() => {
        give(clientEvent());
        if (--left > 0) return;
        clearInterval(timer);
        end();
      }, 25);
    });
    expect(await pageReader(line, createWatch(100))(open)).toHaveLength(6);
    expect(hung).not.toHaveBeenCalled();
  });

  it('is read by the next client where its own was replaced', async () => {
    const { line, replace, hung } = lineOf();
    const { open } = opened(replace, ({ end }) => end());
    expect(await pageReader(line, createWatch(1_000))(open)).toEqual([]);
    expect([open.mock.calls.length, hung.mock.calls.length]).toEqual([2, 0]);
  });

  it('of a stream that is missing is the client’s error, at once', async () => {
    const { line } = lineOf();
    const error = new StreamNotFoundError(undefined, 'lead-1');
    const { open } = opened(({ fail }) => fail(error));
    await expect(pageReader(line, createWatch(1_000))(open)).rejects.toBe(error);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('that begins where no record does is told by that, unless one is known to begin there', async () => {
    const { line } = lineOf();
    const odd = Object.assign(new Error('Unexpected error'), { code: 2 });
    const { open } = opened(({ fail }) => fail(odd));
    const read = pageReader(line, createWatch(30));
    await expect(read(open, { atRecord: false })).rejects.toBeInstanceOf(NoRecord);
    expect(open).toHaveBeenCalledTimes(1);
    await expect(read(open)).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('that fails twice fails once', async () => {
    const { line } = lineOf();
    const error = new StreamNotFoundError(undefined, 'lead-1');
    const { open } = opened(({ fail, give, end }) => {
      fail(error);
      fail(gone());
      give(clientEvent());
      end();
    });
    await expect(pageReader(line, createWatch(1_000))(open)).rejects.toBe(error);
    await turn();
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('that can’t be opened at all is refused with the reason', async () => {
    const { line } = lineOf();
    const broken = (): never => {
      throw new TypeError('a bug');
    };
    await expect(pageReader(line, createWatch(1_000))(broken)).rejects.toThrow(new TypeError('a bug'));
    const away: Line = { ...line, held: () => Promise.reject(new RangeError('no client')) };
    await expect(pageReader(away, createWatch(1_000))(opened().open)).rejects.toThrow('no client');
  });
});
