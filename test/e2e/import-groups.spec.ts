import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { by, commandsOver } from '../property/handling-fixture.ts';
import { defineImport } from '../../libs/importing/index.ts';
import { header, line, ordersIn, till } from './grouped-import.ts';
import { contentOf, now, openWorkspace, type ImportWorkspace } from './import-workspace.ts';

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace(till);
});
afterEach(() => space.dispose());

const file = (rows: string, name = 'a.csv'): string => space.write(name, header + rows);
const orders = async () => ordersIn(await space.log());

describe('rows that belong together', () => {
  it('are one fact wherever they stand, in the order of the file, at the time of the earliest', async () => {
    const late = { at: '2026-01-05 12:01:00' };
    const { total } = await space.run([
      file(
        line('r1', 'a', '1.00', late) +
          line('r2', 'b', '2.00') +
          line('r1', 'c', '0.10') +
          line('r3', 'd', '3') +
          line('r1', 'e', '0.01', late),
      ),
    ]);
    expect(total).toEqual({ rows: 5, appended: 6, duplicates: 0, ignored: 0, refused: 0 });
    expect(await orders()).toEqual([
      ['r1', 111, 'ace'],
      ['r2', 200, 'b'],
      ['r3', 300, 'd'],
    ]);
    const times = (await space.log()).map(({ occurredAt }) => occurredAt);
    expect(new Set(times)).toEqual(new Set([Date.UTC(2026, 0, 5, 12)]));
  });

  it('count as often as they stand there', async () => {
    await space.run([file(line('r1', 'a', '1').repeat(3))]);
    expect(await orders()).toEqual([['r1', 300, 'aaa']]);
  });

  it('leave out those without a key and those that state nothing', async () => {
    const { total } = await space.run([
      file(line('r1', 'a', '1') + line('r1', 'nothing', '9')),
      space.write('v.csv', 'person,day,page\np1,2026-01-01,none\np1,2026-01-01,/x\np2,2026-01-01,/y\n'),
    ]);
    expect(total).toEqual({ rows: 5, appended: 3, duplicates: 0, ignored: 3, refused: 0 });
  });

  it('are told apart by the whole key, down to its blanks and capitals', async () => {
    const keys = ['r1', 'R1', 'r1 ', ' r1', 'r10', ''];
    const { total, refused } = await space.run([file(keys.map(key => line(key, 'a', '1')).join(''))]);
    expect(total).toMatchObject({ rows: 6, refused: 3 });
    expect((await orders()).map(([id]) => id).sort()).toEqual(['R1', 'r1', 'r10']);
    expect(refused.map(one => one.line).sort()).toEqual([4, 5, 7]);
  });

  it('may be spread over more rows than are held at a time', async () => {
    const rows = Array.from({ length: 12_000 }, (_, n) =>
      line(`r${n % 3_000}`, 'abcd'[(n / 3_000) | 0]!, '1'),
    );
    const { total } = await space.run([file(rows.join(''))]);
    expect(total).toEqual({ rows: 12_000, appended: 6_000, duplicates: 0, ignored: 0, refused: 0 });
    expect((await orders()).every(([, amount, skus]) => amount === 400 && skus === 'abcd')).toBe(true);
  });

  it('work as NDJSON, whatever the order of its members', async () => {
    const ndjson = openWorkspace(defineImport({ ...till, source: 'till-json', format: 'ndjson' }));
    try {
      const rows = [
        '{"receipt":"r1","at":"2026-01-05","person":"p1","article":"a","price":1.5}',
        '{"price":0.005,"article":"b","person":"p1","at":"2026-01-05","receipt":"r1"}',
      ];
      const { total } = await ndjson.run([ndjson.write('a.ndjson', rows.join('\n'))]);
      expect(total).toMatchObject({ rows: 2, appended: 2, refused: 0 });
      expect((await ndjson.log())[0]!.data).toMatchObject({ total: { amount: 151 } });
    } finally {
      await ndjson.dispose();
    }
  });
});

describe('a group that comes again', () => {
  const first = line('r1', 'a', '1') + line('r1', 'b', '2');

  it('appends nothing, in another order of rows or columns, and from another file', async () => {
    await space.run([file(first + line('r2', 'c', '3'))]);
    const before = contentOf(await space.log());
    const turned = file(line('r2', 'c', '3') + line('r1', 'b', '2') + line('r1', 'a', '1'), 'b.csv');
    const columns = 'article,person,price,receipt,at\n';
    const other = space.write(
      'c.csv',
      `${columns}"b",p1,2,r1,2026-01-05 12:00:00\na,p1,1,r1,2026-01-05 12:00:00\n`,
    );
    const again = await space.run([turned, other]);
    expect(again.total).toEqual({ rows: 5, appended: 0, duplicates: 6, ignored: 0, refused: 0 });
    expect(contentOf(await space.log())).toEqual(before);
  });

  it.each([
    ['one line more', first + line('r1', 'c', '3')],
    ['one line less', line('r1', 'a', '1')],
    ['a line twice', first + line('r1', 'b', '2')],
    ['another price', line('r1', 'a', '1') + line('r1', 'b', '2.01')],
  ])('with %s is refused, and named with its lines', async (_, rows) => {
    await space.run([file(first)]);
    const before = contentOf(await space.log());
    for (const dryRun of [true, false]) {
      const later = file(line('r9', 'z', '1', { person: 'r9' }) + rows, 'later.csv');
      const { total, refused } = await space.run([later], { dryRun });
      const lines = rows
        .trimEnd()
        .split('\n')
        .map((__, n) => n + 3);
      expect(total).toMatchObject({ appended: 2, refused: lines.length });
      expect(refused.map(one => one.line)).toEqual(lines);
      expect(refused[0]!.reason).toContain('order-r1 stands in the log with other lines');
      if (lines.length > 1) expect(refused[0]!.reason).toContain(`(lines ${lines.join(', ')})`);
    }
    const after = contentOf(await space.log());
    expect(after.filter(event => !event.includes('r9'))).toEqual(before);
  });

  it('in pieces from two files of one run is refused with the second', async () => {
    const pieces = [file(line('r1', 'a', '1')), file(line('r1', 'b', '2'), 'b.csv')];
    for (const dryRun of [true, false]) {
      const { refused, total } = await space.run(pieces, { dryRun });
      expect(refused).toMatchObject([{ file: pieces[1], line: 2 }]);
      expect(total).toMatchObject({ appended: 2, refused: 1 });
    }
    expect(await orders()).toMatchObject([['r1', 100, 'a']]);
  });

  it('is the same after something else has happened to it', async () => {
    await space.run([file(first)]);
    const commands = commandsOver(space.store, () => now);
    await commands.cancelOrder({ id: 'r1' }, by('cancelOrder'));
    expect((await space.run([file(first)])).total).toMatchObject({ appended: 0, duplicates: 2, refused: 0 });
  });

  it("is refused where somebody else's stream stands", async () => {
    const commands = commandsOver(space.store, () => now);
    await commands.captureLead({ id: 'p1' }, by('captureLead'));
    await commands.placeOrder(
      { id: 'r1', leadId: 'p1', total: { amount: 1, currency: 'EUR' } },
      by('placeOrder'),
    );
    const { refused, total } = await space.run([file(first + line('r2', 'c', '3', { person: 'p2' }))]);
    expect(refused).toMatchObject([
      { line: 2, reason: 'order-r1 stands in the log already, written by api (lines 2, 3)' },
      { line: 3 },
    ]);
    expect(total).toMatchObject({ appended: 2, refused: 2 });
  });

  it('with other rows is more facts where no fact begins its stream', async () => {
    const visits = (name: string, rows: string) => space.write(name, `person,day,page\n${rows}`);
    await space.run([visits('a.csv', 'p1,2026-01-01,/x\n')]);
    const { total } = await space.run([visits('b.csv', 'p1,2026-01-01,/x\np1,2026-01-01,/y\n')]);
    expect(total).toMatchObject({ appended: 1, refused: 0 });
  });
});

describe('a dry run', () => {
  it('says what a real one would, and appends nothing', async () => {
    const rows =
      line('r1', 'a', '1') + line('r2', 'b', 'x') + line('r2', 'c', '1') + line('r3', 'nothing', '1');
    await space.run([file(line('r4', 'd', '1'))]);
    const head = await space.store.head();
    const again = file(rows + line('r4', 'd', '1'), 'b.csv');
    const dry = await space.run([again, again], { dryRun: true });
    expect(await space.store.head()).toBe(head);
    const real = await space.run([again, again]);
    expect(dry.total).toEqual(real.total);
    expect(dry.refused).toEqual(real.refused);
  });
});
