import { readdirSync, readlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupLimits, openAside, type Aside, type AsideRow } from './aside.ts';
import { RowError } from './define.ts';

const columns = ['id', 'text'];
const row = (line: number, text = 'x', fault: RowError | null = null): AsideRow => ({
  raw: { line, columns, cells: [`${line}`, text], problem: null },
  characters: `${line}${text}`.length,
  fault,
});

/** Files in temporary folders that this process has open. */
const openFiles = (): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter(file => /^(\/var)?\/tmp\//.test(file));
    } catch {
      return [];
    }
  });

let aside: Aside;
beforeEach(() => {
  aside = openAside();
});
afterEach(() => aside.close());

describe('rows put aside', () => {
  it('come back by key, each key with its rows in their order, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'B', '10', '9', '', 'é'), fc.string())), rows => {
        const own = openAside();
        try {
          rows.forEach(([key, text], line) => own.put(key, row(line, text.toWellFormed())));
          expect(own.rows()).toBe(rows.length);
          const expected = Map.groupBy<string, readonly [string, AsideRow]>(
            rows.map(([key, text], line) => [key, row(line, text.toWellFormed())] as const),
            ([key]) => key,
          );
          const groups = [...own.groups()];
          expect(groups.map(({ key }) => key).sort()).toEqual([...expected.keys()].sort());
          for (const { key, rows: held, tooLarge } of groups)
            expect([held, tooLarge]).toEqual([expected.get(key)!.map(([, one]) => one), false]);
        } finally {
          own.close();
        }
      }),
    );
  });

  it('come back as they were: with faults, other columns, and characters of every kind', () => {
    const fault = new RowError('text', 'is odd');
    const other: AsideRow = {
      raw: { line: 3, columns: ['text'], cells: ['\ud83d and \0'], problem: 'is broken' },
      characters: 7,
      fault: new RowError(null, 'is broken'),
    };
    aside.put('k', row(1, '"\u2028\n', fault));
    aside.put('k', row(2));
    aside.put('k', other);
    const [group] = [...aside.groups()];
    expect(group!.rows).toEqual([row(1, '"\u2028\n', fault), row(2), other]);
  });

  it('come in marked pieces where they are too many', () => {
    const many = groupLimits.rows * 2 + 1;
    aside.put('a', row(0));
    for (let line = 0; line < many; line++) aside.put('b', row(line));
    for (let line = 0; line < groupLimits.rows; line++) aside.put('c', row(line));
    expect([...aside.groups()].map(({ key, rows, tooLarge }) => [key, rows.length, tooLarge])).toEqual([
      ['a', 1, false],
      ['b', groupLimits.rows, true],
      ['b', groupLimits.rows, true],
      ['b', 1, true],
      ['c', groupLimits.rows, false],
    ]);
  });

  it('come in marked pieces where they are too large', () => {
    for (let line = 0; line < 3; line++) aside.put('a', row(line, 'x'.repeat(groupLimits.characters / 2)));
    aside.put('b', row(9));
    const groups = [...aside.groups()].map(({ key, rows, tooLarge }) => [key, rows.length, tooLarge]);
    expect(groups.slice(0, 2)).toEqual([
      ['a', 1, true],
      ['a', 1, true],
    ]);
    expect(groups.at(-1)).toEqual(['b', 1, false]);
  });

  it('lie in a file that has no name any more, also while it is in use', () => {
    const before = openFiles();
    for (let line = 0; line < 3_000; line++) aside.put(`${line}`, row(line, 'x'.repeat(5_000)));
    const groups = aside.groups();
    groups.next();
    const added = openFiles().filter(file => !before.includes(file));
    groups.return();
    expect(added).not.toEqual([]);
    expect(added.filter(file => !file.endsWith('(deleted)'))).toEqual([]);
  });

  it('may be let go of before they are read, or half way', () => {
    aside.put('a', row(1));
    aside.put('b', row(2));
    const groups = aside.groups();
    expect(groups.next().value).toMatchObject({ key: 'a' });
    groups.return();
    expect(() => aside.close()).not.toThrow();
  });
});
