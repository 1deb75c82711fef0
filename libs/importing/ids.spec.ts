import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ImportFile, Row } from './define.ts';
import { createGroupIds, createRowIds } from './ids.ts';

const kind: ImportFile = { name: 'people', columns: ['id', 'name'], optional: ['town'], facts: () => [] };
const idOf = (row: Row, { source = 'crm', file = kind, fact = 0 } = {}): string =>
  createRowIds(source, file)(row)(fact);
const ann = { id: '1', name: 'Ann' };

describe('ids of facts', () => {
  it('are UUIDs of version 8 that stay the same for ever', () => {
    expect(idOf(ann)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // A change here makes every earlier import append everything again.
    expect(idOf(ann)).toMatchInlineSnapshot(`"25246a7a-85f6-80d6-8524-dc9b30c290ed"`);
    expect(idOf({ ...ann, town: 'Ulm' }, { fact: 255 })).toMatchInlineSnapshot(
      `"4210bab0-19cc-88a6-84d0-56ce1d4c8a92"`,
    );
  });

  it('depend on source, kind of file and every cell', () => {
    const ids = [
      idOf(ann),
      idOf(ann, { source: 'shop' }),
      idOf(ann, { file: { ...kind, name: 'firms' } }),
      idOf({ ...ann, name: 'Anna' }),
      idOf({ ...ann, town: 'Ulm' }),
      idOf({ id: '1A', name: 'nn' }),
      idOf({ id: 'Ann', name: '1' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('do not depend on the order of columns, nor on an optional column that is empty or not there', () => {
    expect(idOf({ name: 'Ann', id: '1' })).toBe(idOf(ann));
    expect(idOf({ ...ann, town: '' })).toBe(idOf(ann));
    expect(idOf(ann, { file: { ...kind, optional: ['age', 'town'] } })).toBe(idOf(ann));
    expect(idOf(ann, { file: { ...kind, columns: ['name', 'id'] } })).toBe(idOf(ann));
  });

  it('tell identical rows and the facts of a row apart', () => {
    const ids = createRowIds('crm', kind);
    const all = Array.from({ length: 300 }, () => ids(ann)).flatMap(row =>
      [0, 1, 2, 255].map(fact => row(fact)),
    );
    expect(new Set(all).size).toBe(1_200);
    const again = createRowIds('crm', kind);
    expect(
      Array.from({ length: 300 }, () => again(ann)).flatMap(row => [0, 1, 2, 255].map(fact => row(fact))),
    ).toEqual(all);
  });

  it('are the same set in whatever order the rows come', () => {
    const row = fc.record({ id: fc.constantFrom('1', '2'), name: fc.constantFrom('a', 'b') });
    const idsOf = (rows: readonly Row[]): string[] => {
      const ids = createRowIds('crm', kind);
      return rows.map(one => ids(one)(0)).sort();
    };
    fc.assert(
      fc.property(fc.array(row), fc.infiniteStream(fc.nat()), (rows, random) => {
        const shuffled = rows.map(one => [random.next().value, one] as const).sort(([a], [b]) => a - b);
        expect(idsOf(shuffled.map(([, one]) => one))).toEqual(idsOf(rows));
      }),
    );
  });
});

describe('ids of the facts of groups', () => {
  const bob = { id: '2', name: 'Bob' };
  const groupId = (
    key: string,
    rows: readonly Row[],
    { source = 'crm', file = kind, fact = 0 } = {},
  ): string => createGroupIds(source, file)(key, rows)(fact);

  it('are UUIDs of version 8 that stay the same for ever', () => {
    // A change here makes every earlier import append everything again.
    expect(groupId('k', [ann, bob])).toMatchInlineSnapshot(`"a490c678-468f-8993-a365-47c273aa3e7e"`);
  });

  it('depend on source, kind of file, key, fact, and every cell of every row', () => {
    const ids = [
      groupId('k', [ann, bob]),
      groupId('k', [ann, bob], { source: 'shop' }),
      groupId('k', [ann, bob], { file: { ...kind, name: 'firms' } }),
      groupId('k', [ann, bob], { fact: 1 }),
      groupId('l', [ann, bob]),
      groupId('', [ann, bob]),
      groupId('k', [ann]),
      groupId('k', [ann, ann]),
      groupId('k', [ann, bob, bob]),
      groupId('k', [ann, { ...bob, town: 'Ulm' }]),
      groupId('k', [ann, { ...bob, id: '3' }]),
      idOf(ann),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('depend neither on the order of rows nor on that of columns', () => {
    const row = fc.record({ id: fc.constantFrom('1', '2', ''), name: fc.string() });
    fc.assert(
      fc.property(fc.array(row), fc.infiniteStream(fc.nat()), (rows, random) => {
        const shuffled = rows
          .map(({ id, name }) => [random.next().value, { name, town: '', id }] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => one);
        expect(groupId('k', shuffled)).toBe(groupId('k', rows));
      }),
    );
  });
});
