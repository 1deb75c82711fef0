import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { fakeTerminal } from './testing.ts';
import { print, say, untilAborted, widthOf, type Terminal } from './terminal.ts';

/** A reader that takes a chunk when it is told to. */
const slowReader = () => {
  const taken: string[] = [];
  let next = (): void => undefined;
  const stdout = new Writable({
    highWaterMark: 8,
    write: (chunk: Buffer, _, done) => {
      next = () => {
        taken.push(chunk.toString());
        done();
      };
    },
  });
  return { stdout, taken, take: () => next() };
};

const on = (changes: Partial<Terminal>): Terminal => ({ ...fakeTerminal(), ...changes });
const settledBy = async (promise: Promise<unknown>): Promise<boolean> => {
  const turn = new Promise(resolve => setImmediate(resolve, false));
  return (await Promise.race([promise.then(() => true), turn])) === true;
};

describe('print', () => {
  it('ends each result with a line end, and leaves it otherwise as it is', async () => {
    const terminal = fakeTerminal({ tty: true });
    await print(terminal, 'x'.repeat(200));
    await print(terminal, '');
    expect(terminal.out()).toBe(`${'x'.repeat(200)}\n\n`);
    expect(terminal.err()).toBe('');
  });

  it('waits for a reader that is slow, so that a long log does not pile up in memory', async () => {
    const { stdout, taken, take } = slowReader();
    const printing = print(on({ stdout }), 'more than the eight bytes that may wait');
    expect(await settledBy(printing)).toBe(false);
    take();
    expect(await settledBy(printing)).toBe(true);
    expect(taken).toEqual(['more than the eight bytes that may wait\n']);
  });

  it('does not wait for one that keeps up', async () => {
    const { stdout } = slowReader();
    expect(await settledBy(print(on({ stdout }), 'short'))).toBe(true);
  });
});

describe('say', () => {
  const sentence = 'a sentence that is a good deal longer than the eighty columns that most terminals have';

  it('wraps at the width of a terminal', () => {
    const terminal = fakeTerminal({ tty: true });
    say(terminal, sentence);
    const lines = terminal.err().trimEnd().split('\n');
    expect([lines.length, lines.every(({ length }) => length <= 80)]).toEqual([2, true]);
    expect(terminal.err().replaceAll('\n', ' ').trimEnd()).toBe(sentence);
  });

  it('takes eighty columns where a terminal does not say', () => {
    const { stderr, err } = fakeTerminal({ tty: true });
    delete (stderr as { columns?: number }).columns;
    say(on({ stderr }), sentence);
    expect(err().split('\n')).toHaveLength(3);
  });

  it('is one line for a program to read', () => {
    const terminal = fakeTerminal();
    say(terminal, sentence);
    expect(terminal.err()).toBe(`${sentence}\n`);
    expect(terminal.out()).toBe('');
  });
});

describe('the width of tables', () => {
  const withColumns = (isTTY: boolean | undefined, columns: number | undefined): number | null =>
    widthOf(on({ stdout: Object.assign(fakeTerminal().stdout, { isTTY, columns }) }));

  it.each([
    [true, 120, 120],
    [true, 20, 20],
    [true, undefined, 80],
    [false, 120, null],
    [undefined, undefined, null],
  ])('where isTTY is %j and there are %j columns is %j', (tty, columns, width) => {
    expect(withColumns(tty, columns)).toBe(width);
  });
});

describe('waiting for Ctrl-C', () => {
  it('ends with it, and at once where it came before', async () => {
    const terminal = fakeTerminal();
    const waiting = untilAborted(terminal);
    expect(await settledBy(waiting)).toBe(false);
    terminal.stop();
    await expect(waiting).resolves.toBeUndefined();
    await expect(untilAborted(terminal)).resolves.toBeUndefined();
  });
});
