import { describe, expect, it } from '@jest/globals';
import { UnknownProjection } from '../errors.ts';
import { consistently, type View } from './consistent.ts';
import type { BatchDocument } from './documents.ts';
import type { Progress, Standing } from './progress.ts';

const begun = (batch: number): BatchDocument => ({
  ...{ _id: batch, closed: false, from: 0, position: batch * 10 },
  ...{ token: 't', parts: 1 },
});
const quiet = (batch: number): Standing => ({ batch, position: batch * 10, pending: null });
const busy = (batch: number): Standing => ({ ...quiet(batch), pending: begun(batch + 1) });

/** Where a read model is at each look, one after the other. */
const looks = (...standings: readonly Standing[]): Pick<Progress, 'read'> => {
  const left = [...standings];
  return { read: () => Promise.resolve(left.shift() ?? standings.at(-1)!) };
};

const readAt = async (...standings: readonly Standing[]) => {
  const views: View[] = [];
  const progress = looks(...standings) as Progress;
  const answer = await consistently(progress, new AbortController().signal, view => {
    views.push(view);
    return Promise.resolve(`read ${views.length}`);
  });
  return { answer, views };
};

describe('what is read while batches are committed', () => {
  it('counts when nothing has happened', async () => {
    const { answer, views } = await readAt(quiet(3), quiet(3));
    expect(answer).toEqual({ position: 30, value: 'read 1' });
    expect(views).toEqual([{ closed: 3, quiet: true }]);
  });

  it('counts at the batch before, while the next one is under way', async () => {
    const { answer, views } = await readAt(busy(3), busy(3));
    expect(answer.position).toBe(30);
    expect(views).toEqual([{ closed: 3, quiet: false }]);
  });

  it('counts when the batch that was under way is closed meanwhile: documents remember one batch back', async () => {
    const { answer } = await readAt(busy(3), quiet(4));
    expect(answer).toEqual({ position: 30, value: 'read 1' });
  });

  it('is read again when a batch began that was not looked for', async () => {
    const { answer, views } = await readAt(quiet(3), busy(3), busy(3));
    expect(answer).toEqual({ position: 30, value: 'read 2' });
    expect(views.map(view => view.quiet)).toEqual([true, false]);
  });

  it('is read again when a batch began and was closed between the looks', async () => {
    const { answer } = await readAt(quiet(3), quiet(4), quiet(4));
    expect(answer).toEqual({ position: 40, value: 'read 2' });
  });

  it('is read again when the batch after the next has begun: its documents have forgotten what is wanted', async () => {
    const { answer, views } = await readAt(busy(3), busy(4), busy(4));
    expect(answer).toEqual({ position: 40, value: 'read 2' });
    expect(views.map(({ closed }) => closed)).toEqual([3, 4]);
  });

  it('is given up when nobody waits for it any more', async () => {
    const over = new AbortController();
    let count = 0;
    const progress = { read: () => Promise.resolve(quiet(++count)) } as Progress;
    const reading = consistently(progress, over.signal, () => {
      if (count > 5) over.abort(new Error('too late'));
      return Promise.resolve();
    });
    await expect(reading).rejects.toThrow('too late');
  });

  it('is nothing when the generation goes meanwhile', async () => {
    let looked = 0;
    const gone = new UnknownProjection({ name: 'deals', generation: 1 });
    const progress = {
      read: () => (looked++ === 0 ? Promise.resolve(quiet(1)) : Promise.reject(gone)),
    } as Progress;
    await expect(
      consistently(progress, new AbortController().signal, () => Promise.resolve('half')),
    ).rejects.toBe(gone);
  });
});
