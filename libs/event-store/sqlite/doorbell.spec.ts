import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Database } from 'better-sqlite3';
import { anEvent } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { plainCodec } from '../codec.ts';
import { prepareAppend } from '../prepare.ts';
import { doorbell, type Doorbell } from './doorbell.ts';
import { openLog } from './schema.ts';
import { groupWriter } from './write-group.ts';

describe('the doorbell of a log in a file', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let db: Database;
  let other: Database;
  let bell: Doorbell;

  beforeEach(() => {
    // Turns of the loop stay what they are; polls come when a test says so.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    folder = temporaryFolder();
    db = openLog(join(folder.path, 'log.db'));
    other = openLog(join(folder.path, 'log.db'));
    bell = doorbell(db, 100);
  });
  afterEach(() => {
    bell.close();
    jest.useRealTimers();
    db.close();
    other.close();
    folder.remove();
  });

  let count = 0;
  const append = (by: Database): void => {
    groupWriter(by)([[prepareAppend(`lead-${++count}`, [anEvent()], 'ANY', plainCodec)]], 0);
  };
  const polled = async (times = 1): Promise<void> => {
    for (let n = 0; n < times; n++) {
      jest.advanceTimersByTime(100);
      await turn();
    }
  };

  it('rings for each commit of another that it finds when it looks, and otherwise not', async () => {
    const ring = jest.fn();
    bell.listen(ring);
    await polled(3);
    expect(ring).not.toHaveBeenCalled();
    append(other);
    await polled(3);
    expect(ring).toHaveBeenCalledTimes(1);
    append(other);
    append(other);
    await polled(3);
    expect(ring).toHaveBeenCalledTimes(2);
  });

  it('does not look before its time', async () => {
    const ring = jest.fn();
    bell.listen(ring);
    append(other);
    jest.advanceTimersByTime(99);
    await turn();
    expect(ring).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    await turn();
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('leaves the commits of its own connection to those who make them', async () => {
    const ring = jest.fn();
    bell.listen(ring);
    append(db);
    await polled(2);
    expect(ring).not.toHaveBeenCalled();
    bell.ring();
    await turn();
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('does not ring for what came before anybody listened', async () => {
    append(other);
    const ring = jest.fn();
    bell.listen(ring);
    await polled(2);
    expect(ring).not.toHaveBeenCalled();
  });

  it('rings in a turn of its own, where an error is nobody else’s', async () => {
    const order: string[] = [];
    bell.listen(() => order.push('rung'));
    bell.ring();
    order.push('went on');
    await turn();
    expect(order).toEqual(['went on', 'rung']);
  });

  it('rings for all who listen, also where two gave the same function', async () => {
    const [one, twice] = [jest.fn(), jest.fn()];
    bell.listen(one);
    const stop = bell.listen(twice);
    bell.listen(twice);
    bell.ring();
    await turn();
    expect([one.mock.calls.length, twice.mock.calls.length]).toEqual([1, 2]);
    stop();
    stop();
    bell.ring();
    await turn();
    expect([one.mock.calls.length, twice.mock.calls.length]).toEqual([2, 3]);
  });

  it('does not ring for one who has stopped listening since it was rung', async () => {
    const ring = jest.fn();
    const stop = bell.listen(ring);
    bell.ring();
    stop();
    await turn();
    expect(ring).not.toHaveBeenCalled();
  });

  it('looks only while somebody listens', () => {
    expect(jest.getTimerCount()).toBe(0);
    const [stop, stopOther] = [bell.listen(() => undefined), bell.listen(() => undefined)];
    expect(jest.getTimerCount()).toBe(1);
    stop();
    expect(jest.getTimerCount()).toBe(1);
    stopOther();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('starts again from what is there when somebody listens anew', async () => {
    bell.listen(() => undefined)();
    append(other);
    const ring = jest.fn();
    bell.listen(ring);
    await polled();
    expect(ring).not.toHaveBeenCalled();
    append(other);
    await polled();
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('tells readers to look when it can’t look itself, time and again', async () => {
    const ring = jest.fn();
    bell.listen(ring);
    db.close();
    await polled(3);
    expect(ring).toHaveBeenCalledTimes(3);
  });

  it('is silent once it is closed, whoever rings', async () => {
    const ring = jest.fn();
    bell.listen(ring);
    bell.ring();
    bell.close();
    append(other);
    bell.ring();
    await polled(2);
    expect(ring).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });
});
