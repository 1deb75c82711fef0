import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { by, commandsOver } from '../property/handling-fixture.ts';
import { defineImport, ImportStopped, type ImportProgress } from '../../libs/importing/index.ts';
import { header, line, till } from './grouped-import.ts';
import { contentOf, now, openWorkspace, type ImportWorkspace } from './import-workspace.ts';

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace(till);
});
afterEach(() => space.dispose());

const file = (rows: string, name = 'a.csv'): string => space.write(name, header + rows);
const orders = async () =>
  (await space.log())
    .filter(({ type }) => type === 'OrderPlaced')
    .map(({ data }) => {
      const { orderId, total, lines } = data as {
        orderId: string;
        total: { amount: number };
        lines: readonly { sku: string }[];
      };
      return [orderId, total.amount, lines.map(({ sku }) => sku).join('')] as const;
    });
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

describe('a file of groups that breaks off', () => {
  const rows = Array.from({ length: 9_000 }, (_, n) => line(`r${n % 4_500}`, 'a', '1')).join('');

  it.each([
    ['gzip that was cut', () => space.write('a.gz', gzipSync(header + rows).subarray(0, -2_000))],
    ['a quote that is left open', () => file(`${rows}"r1,2026-01-05\n`)],
  ])('as %s gives none of them, because any might go on', async (_, make) => {
    const stopped = await space.run([make()]).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(ImportStopped);
    expect(await space.store.head()).toBe(0);
    expect((stopped as ImportStopped).report.total.appended).toBe(0);
  });

  it('tells what was refused before', async () => {
    const stopped = await space
      .run([file(`${line('odd', 'a', '1')}${rows}"r1`)])
      .catch((error: unknown) => error);
    expect((stopped as ImportStopped).report).toMatchObject({
      total: { refused: 1, appended: 0 },
      refused: [{ line: 2, reason: 'is odd' }],
    });
  });
});

describe('progress and stopping', () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => line(`r${n % 10_000}`, 'a', '1')).join('');

  it('is told while rows are put aside and while they are taken', async () => {
    const steps: ImportProgress[] = [];
    const { total } = await space.run([file(rows)], { onProgress: step => steps.push(step) });
    const reading = steps.filter(({ aside }) => aside!.taken === 0);
    const taking = steps.filter(({ aside }) => aside!.taken > 0);
    expect(reading.length).toBeGreaterThan(3);
    expect(taking.length).toBeGreaterThan(3);
    expect(reading.at(-1)).toMatchObject({ rows: 0, aside: { rows: 20_000 } });
    expect(steps.at(-1)).toMatchObject({ ...total, aside: { rows: 20_000, taken: 20_000 } });
    const done = steps.map(step => step.aside!.rows + step.aside!.taken);
    expect(done).toEqual([...done].sort((one, other) => one - other));
  });

  it.each([
    ['put aside', 0],
    ['taken', 1],
  ])('ends after the step under way while rows are %s, and goes on from there', async (_, least) => {
    const stop = new AbortController();
    const stopped = await space.run([file(rows)], {
      signal: stop.signal,
      onProgress: ({ aside }) => {
        if (aside!.taken >= least) stop.abort();
      },
    });
    expect(stopped.aborted).toBe(true);
    expect(await space.store.head()).toBe(stopped.total.appended);
    expect(stopped.total.appended > 0).toBe(least > 0);
    expect(stopped.total.appended).toBeLessThan(20_000);
    const rest = await space.run([file(rows)]);
    expect(rest.total).toMatchObject({ rows: 20_000, duplicates: stopped.total.appended, refused: 0 });
    expect(await orders()).toHaveLength(10_000);
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
