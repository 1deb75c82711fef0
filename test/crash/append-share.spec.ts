import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { checkIntegrity, openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { startChild, type Child } from '../support/child.ts';
import { anEvent } from '../support/events.ts';
import { temporaryFolder } from '../support/folder.ts';

const program = new URL('append-child.ts', import.meta.url).pathname;

describe('several processes over one log', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  let count = 0;
  const newFile = (): string => join(folder.path, `${++count}.db`);

  const killAll = async (children: readonly Child[]): Promise<void> => {
    await Promise.all(children.map(child => child.kill()));
  };

  it('may all make it at once', async () => {
    for (let round = 0; round < 3; round++) {
      const file = newFile();
      const children = Array.from({ length: 4 }, (_, n) => startChild(program, [file, '2', `${n}`]));
      await Promise.all(children.map(child => child.until(3)));
      await killAll(children);
      for (const child of children) {
        expect(child.errors()).toBe('');
        expect(child.lines.length).toBeGreaterThanOrEqual(3);
      }
      expect(await checkIntegrity(file)).toEqual([]);
    }
  });

  it('hear of each other’s appends within a second', async () => {
    const file = newFile();
    const store = openSqliteEventStore({ file });
    const rung = new Promise<number>(resolve => {
      store.onAppended(() => resolve(performance.now()));
    });
    const child = startChild(program, [file, '1']);
    await child.until(1);
    const acknowledged = performance.now();
    expect((await rung) - acknowledged).toBeLessThan(1_000);
    expect(await store.head()).toBeGreaterThan(0);
    await killAll([child]);
    await store.close();
  });

  it('do not starve one that appends beside one that never pauses', async () => {
    const file = newFile();
    const store = openSqliteEventStore({ file });
    const child = startChild(program, [file, '5000']);
    await child.until(1);
    const waits: number[] = [];
    for (let n = 0; n < 20; n++) {
      const start = performance.now();
      await store.append('lead-x', [anEvent()], 'ANY');
      waits.push(performance.now() - start);
    }
    const before = child.lines.length;
    await child.until(before + 1_000);
    await killAll([child]);
    await store.close();
    expect(Math.max(...waits)).toBeLessThan(4_000);
    expect(child.errors()).toBe('');
    expect(await checkIntegrity(file)).toEqual([]);
  });
});
