import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { header, line, ordersIn, till } from './grouped-import.ts';
import { openWorkspace, type ImportWorkspace } from './import-workspace.ts';

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace(till);
});
afterEach(() => space.dispose());

const file = (rows: string, name = 'a.csv'): string => space.write(name, header + rows);
const orders = async () => ordersIn(await space.log());

describe('a row that cannot be taken', () => {
  const good = line('r2', 'c', '3');

  it.each([
    ['a price that is none', line('r1', 'b', 'dear'), 'price', 'is no amount'],
    ['a day that does not exist', line('r1', 'b', '2', { at: '2026-02-30' }), 'at', 'does not exist'],
    ['a field too many', 'r1,2026-01-05,p1,b,2,more\n', null, 'has 6 fields'],
    ['a field too few', 'r1,2026-01-05,p1\n', null, 'has 3 fields'],
    ['a NUL', line('r1', 'b\0', '2'), 'article', 'NUL'],
  ])('with %s takes its group along, and no other', async (_, bad, column, reason) => {
    const rejects = space.path('rejects.csv');
    const rows = line('r1', 'a', '1') + good + bad + line('r1', 'd', '4');
    const { refused, total } = await space.run([file(rows)], { rejects });
    expect(total).toEqual({ rows: 4, appended: 2, duplicates: 0, ignored: 0, refused: 3 });
    expect(refused).toMatchObject([
      { line: 2, column: null, reason: 'refused with line 4, to which it belongs' },
      { line: 4, column, reason: expect.stringContaining(reason) },
      { line: 5, reason: 'refused with line 4, to which it belongs' },
    ]);
    expect(await orders()).toMatchObject([['r2', 300, 'c']]);
    const lines = readFileSync(rejects, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toBe('2,"refused with line 4, to which it belongs",r1,2026-01-05 12:00:00,p1,a,1');
  });

  it('is taken with its group once it is mended', async () => {
    await space.run([file(line('r1', 'a', '1') + line('r1', 'b', 'x'))]);
    const { total } = await space.run([file(line('r1', 'a', '1') + line('r1', 'b', '2'))]);
    expect(total).toMatchObject({ appended: 2, refused: 0 });
    expect(await orders()).toMatchObject([['r1', 300, 'ab']]);
  });

  it('of which nobody can tell the group is refused alone', async () => {
    const { refused, total } = await space.run([
      file(line('odd', 'a', '1') + line('r1', 'a', '1') + 'r1,2026-01-05,p1,b"x,2\n'),
    ]);
    expect(refused.map(({ line: at, reason }) => [at, reason])).toEqual([
      [2, 'is odd'],
      [4, expect.stringContaining('a quote stands within')],
    ]);
    expect(total).toMatchObject({ appended: 2, refused: 2 });
  });

  it('is named with each other one of its group', async () => {
    const rows = line('r1', 'a', 'x').replace('p1', 'p\0') + line('r1', 'b', '1') + 'r1,,,,,,,\n';
    const { refused } = await space.run([file(rows)]);
    expect(refused.map(({ line: at, reason }) => [at, reason])).toEqual([
      [2, 'holds a NUL character'],
      [3, 'refused with line 2, to which it belongs'],
      [4, 'has 8 fields where the header has 5'],
    ]);
  });

  it('is the whole group where the fact breaks its schema', async () => {
    const { refused } = await space.run([file(line('r1', 'a', '1') + line('r1', '', '2'))]);
    expect(refused).toMatchObject([
      { line: 2, reason: expect.stringMatching(/^OrderPlaced lines\.1\.sku: .* \(lines 2, 3\)$/) },
      { line: 3 },
    ]);
    expect(await space.store.head()).toBe(0);
  });

  it('is a group whose definition fails, whatever it throws', async () => {
    const [receipts] = till.files;
    const failing = (group: object) =>
      openWorkspace({
        ...till,
        files: [{ ...receipts!, facts: undefined, group: { ...receipts!.group!, ...group } }],
      });
    const faults: readonly [object, string][] = [
      [
        {
          facts: () => {
            throw new Error('out of order');
          },
        },
        'the import definition failed: out of order',
      ],
      [{ facts: () => null }, 'the import definition failed'],
      [
        {
          key: () => {
            throw new TypeError('no key');
          },
        },
        'the import definition failed: no key',
      ],
      [{ key: () => 7 }, 'the key of a group is a text, or null'],
      [{ key: () => undefined }, 'the key of a group is a text, or null'],
    ];
    for (const [group, reason] of faults) {
      const broken = failing(group);
      try {
        const rows = header + line('r1', 'a', '1') + line('r1', 'b', '1');
        const { refused, total } = await broken.run([broken.write('a.csv', rows)]);
        expect(refused[0]!.reason).toContain(reason);
        expect(total).toMatchObject({ rows: 2, appended: 0, refused: 2 });
      } finally {
        await broken.dispose();
      }
    }
  });

  it('is a group of more rows than are taken together', async () => {
    const rows = line('r1', 'a', '1').repeat(25_000) + good;
    const { refused, total } = await space.run([file(rows)]);
    expect(total).toEqual({ rows: 25_001, appended: 2, duplicates: 0, ignored: 0, refused: 25_000 });
    expect(refused).toHaveLength(100);
    expect(refused[0]!.reason).toContain('"r1" has more than 10000 rows');
  });

  it('is a group whose e-mail belongs to another lead', async () => {
    const withMail = 'receipt,at,person,article,price,email\n';
    const row = (receipt: string, person: string, email: string): string =>
      `${receipt},2026-01-05,${person},a,1,${email}\n`;
    const { refused, total } = await space.run([
      space.write(
        'a.csv',
        withMail +
          row('r1', 'p1', 'ann@example.org') +
          row('r2', 'p2', '') +
          row('r2', 'p2', 'ann@example.org') +
          row('r3', 'p3', 'no e-mail'),
      ),
    ]);
    expect(refused.map(({ line: at, reason }) => [at, reason])).toEqual([
      [3, expect.stringMatching(/^identity-conflict: .* p1, not to p2 \(lines 3, 4\)$/)],
      [4, expect.stringContaining('identity-conflict')],
      [5, expect.stringContaining('invalid-email')],
    ]);
    expect(total).toMatchObject({ appended: 2, refused: 3 });
    expect((await orders()).map(([id]) => id)).toEqual(['r1']);
  });
});
