import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { openSite, views, type Site } from '../../test/support/projecting.ts';

let site: Site;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());
describe('a log that keeps growing', () => {
  const counted = (): { readonly reads: Site['reads']; commits: () => number } => {
    let commits = 0;
    return {
      commits: () => commits,
      reads: {
        ...site.reads,
        commit: (id, batch) => {
          commits++;
          return site.reads.commit(id, batch);
        },
      },
    };
  };

  const reached = async (position: number): Promise<number> => {
    const start = performance.now();
    for (;;) {
      const live = await site.live();
      if (live !== undefined && (await site.reads.checkpoint(live)).position >= position)
        return performance.now() - start;
      await pause(1);
    }
  };

  it('is folded in a few batches, while each event alone is folded at once', async () => {
    const { reads, commits } = counted();
    const projector = site.projector({ reads, batchSize: 1_000 });
    projector.start();
    await site.see(['a']);
    await projector.waitFor('pages', 1);
    await pause(100);
    const [before, start] = [commits(), performance.now()];
    // Nobody waits, and events come in one by one.
    for (let n = 0; n < 60; n++) {
      await site.see([`l${n}`]);
      await pause(3);
    }
    await reached(61);
    expect(commits() - before).toBeLessThanOrEqual((performance.now() - start) / 40 + 2);
    expect((await site.rows()).map(({ sums }) => sums.views)).toEqual([61]);
  });

  it('is folded at once as soon as somebody waits for it', async () => {
    const projector = site.projector({ batchSize: 1_000 });
    projector.start();
    const took: number[] = [];
    for (let n = 1; n <= 20; n++) {
      await site.see(['a']);
      const start = performance.now();
      await projector.waitFor('pages', n);
      took.push(performance.now() - start);
    }
    expect(took.sort((a, b) => a - b)[10]).toBeLessThan(35);
  });

  it('is caught up with in full batches without a pause', async () => {
    await site.see(...views(200));
    const projector = site.projector({ batchSize: 1 });
    projector.start();
    // A pause after each batch would take eight seconds.
    expect(await reached(200)).toBeLessThan(6_000);
  });
});
