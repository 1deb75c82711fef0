import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { collect, events } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { RecordedEvent } from '../../domain/event.ts';
import type { EventStore } from '../port.ts';
import { checkIntegrity, openSqliteEventStore } from '../sqlite/index.ts';
import { restoreLog } from '../sqlite/restore.ts';
import { InvalidExport } from './lines.ts';
import { readExport } from './read.ts';
import { exportLines } from './write.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: EventStore;
let now: number;

beforeEach(async () => {
  folder = temporaryFolder();
  now = 1_000;
  store = openSqliteEventStore({ file: join(folder.path, 'log.sqlite'), clock: () => (now += 7) });
  const personal = { email: 'ann@example.org', name: 'Ann\u2028 \u{1f600} "quoted"\n' };
  await store.append(
    'lead-1',
    events(3, n => ({ occurredAt: -n, data: { n, personal } })),
    'NO_STREAM',
  );
  await store.append('order-1', events(2), 'NO_STREAM');
  await store.append('lead-1', events(1_000), 2);
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const written = async (): Promise<string> => (await collect(exportLines(store))).join('');
const linesIn = (text: string): readonly string[] => text.split('\n').slice(0, -1);
const read = (lines: readonly string[]): Promise<RecordedEvent[]> => collect(readExport(lines));
const faultOf = (lines: readonly string[]): Promise<unknown> => read(lines).catch((error: unknown) => error);

describe('an export', () => {
  it('holds every event as the log has it, and reads back as the same', async () => {
    const lines = linesIn(await written());
    expect(lines).toHaveLength(1_005 + 2);
    expect(lines[0]).toBe('{"format":"leadfold-log","version":1}');
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      events: 1_005,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await read(lines)).toEqual(await store.readAll(0, 10_000));
  });

  it('ends where the log ended when it began', async () => {
    const lines: string[] = [];
    for await (const text of exportLines(store)) {
      if (lines.length === 0) await store.append('late-1', events(5), 'NO_STREAM');
      lines.push(...linesIn(text));
    }
    expect(lines).toHaveLength(1_005 + 2);
    expect(await read(lines)).toHaveLength(1_005);
  });

  it('of an empty log is a header and a footer', async () => {
    const empty = openSqliteEventStore({ file: join(folder.path, 'empty.sqlite') });
    const lines = linesIn((await collect(exportLines(empty))).join(''));
    expect(lines).toHaveLength(2);
    expect(await read(lines)).toEqual([]);
    await empty.close();
  });

  it('tells how far it is, and can be stopped', async () => {
    const told: number[] = [];
    await collect(exportLines(store, { onProgress: (done, head) => told.push(done, head) }));
    expect(told).toEqual([1_000, 1_005, 1_005, 1_005]);
    await expect(
      collect(exportLines(store, { signal: AbortSignal.abort(new Error('stop')) })),
    ).rejects.toThrow('stop');
  });
});

describe('an export that was changed', () => {
  const changes: readonly (readonly [string, (lines: readonly string[]) => readonly string[], RegExp])[] = [
    ['is empty', () => [], /line 1 is missing: the file is cut off/],
    ['lost its end', lines => lines.slice(0, -1), /line 1007 is missing: the file is cut off/],
    ['is cut within a line', lines => [...lines.slice(0, 5), lines[5]!.slice(0, 40)], /line 6 is no JSON/],
    ['lost a line', lines => lines.toSpliced(7, 1), /line 1006 counts 1005 events, and there are 1004/],
    ['has lines swapped', ([a, b, c, ...rest]) => [a!, c!, b!, ...rest], /line 1007 has another hash/],
    [
      'has another word',
      lines => lines.with(2, lines[2]!.replace('ann@', 'bob@')),
      /line 1007 has another hash/,
    ],
    ['goes on after its end', lines => [...lines, lines[1]!], /line 1008 follows the last one/],
    ['has no header', lines => lines.slice(1), /line 1 does not say that this is an export/],
    ['is a newer one', lines => lines.with(0, lines[0]!.replace('1}', '2}')), /line 1 says version 2/],
    ['is a list', lines => lines.with(1, '[]'), /line 2 is no JSON object/],
    [
      'has no stream',
      lines => lines.with(1, lines[1]!.replace('"stream"', '"s"')),
      /line 2 has no usable stream/,
    ],
    [
      'has a revision of -1',
      lines => lines.with(1, lines[1]!.replace('"revision":0', '"revision":-1')),
      /revision/,
    ],
    [
      'has no time',
      lines => lines.with(1, lines[1]!.replace(/"recordedAt":"[^"]+"/, '"recordedAt":"x"')),
      /recordedAt/,
    ],
    [
      'has data of text',
      lines => lines.with(1, lines[1]!.replace(/"data":\{[^]*\},"meta/, '"data":"x","meta')),
      /data/,
    ],
  ];

  it.each(changes)('%s is refused, and the line said', async (_, change, sentence) => {
    const fault = await faultOf(change(linesIn(await written())));
    expect(fault).toBeInstanceOf(InvalidExport);
    expect((fault as InvalidExport).message).toMatch(sentence);
    expect((fault as InvalidExport).message).not.toContain('ann@');
  });
});

describe('a log restored from an export', () => {
  it('has the same events in the same places, with the times at which they were recorded', async () => {
    const file = join(folder.path, 'restored.sqlite');
    const told: number[] = [];
    const count = await restoreLog(file, readExport(linesIn(await written())), {
      onProgress: done => told.push(done),
    });
    expect([count, told]).toEqual([1_005, []]);
    expect(await checkIntegrity(file)).toEqual([]);
    const restored = openSqliteEventStore({ file });
    expect(await restored.readAll(0, 10_000)).toEqual(await store.readAll(0, 10_000));
    await restored.append('lead-1', events(1), 1_002);
    await restored.close();
  });

  it('refuses an event that breaks a rule of every log', async () => {
    const [event] = await store.readAll(0, 1);
    const odd = async function* () {
      await Promise.resolve();
      yield { ...event!, id: 'not a uuid' };
    };
    await expect(restoreLog(join(folder.path, 'odd.sqlite'), odd())).rejects.toThrow('UUID');
  });
});
