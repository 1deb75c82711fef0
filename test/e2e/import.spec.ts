import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineImport, type ImportDefinition, type ImportProgress } from '../../libs/importing/index.ts';
import { contentOf, crm, openWorkspace, type ImportWorkspace } from './import-workspace.ts';

const fixture = new URL('../fixtures/import/people.csv', import.meta.url).pathname;
const header = 'person,at,page\n';
const visit = (person: string, page = 'https://example.com/'): string =>
  `${person},2026-01-05 10:00:00,${page}\n`;
const visits = (count: number): string =>
  header + Array.from({ length: count }, (_, n) => visit(`p${n}`)).join('');

let space: ImportWorkspace;
const use = async (definition: ImportDefinition, timeZone?: string): Promise<void> => {
  await space.dispose();
  space = openWorkspace(definition, timeZone);
};
beforeEach(() => {
  space = openWorkspace();
});
afterEach(() => space.dispose());

describe('an import', () => {
  it('turns rows into events that say where they come from', async () => {
    const report = await space.run([space.write('a.csv', header + visit('p1'))]);
    const [event] = await space.log();
    expect(event).toMatchObject({
      stream: 'lead-p1',
      type: 'PageViewed',
      version: 1,
      occurredAt: Date.UTC(2026, 0, 5, 10),
      data: { leadId: 'p1', touchpointId: 'visit-p1', url: 'https://example.com/' },
      metadata: { actor: 'import:crm', source: 'crm', leadId: 'p1', batchId: report.batchId },
    });
    expect(report.batchId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('reports good and refused rows by file and in total', async () => {
    const people = space.path('people.csv');
    copyFileSync(fixture, people);
    const other = space.write('visits.csv', header + visit('p1') + visit('p1'));
    const report = await space.run([other, people]);
    expect(report).toMatchObject({ source: 'crm', dryRun: false, aborted: false });
    expect(report.files).toEqual([
      { file: other, kind: 'visits', rows: 2, appended: 2, duplicates: 0, ignored: 0, refused: 0 },
      { file: people, kind: 'people', rows: 9, appended: 8, duplicates: 0, ignored: 0, refused: 5 },
    ]);
    expect(report.total).toEqual({ rows: 11, appended: 10, duplicates: 0, ignored: 0, refused: 5 });
    expect(report.refused.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [6, 'since', '2026-02-30 is a date that does not exist'],
      [7, null, expect.stringContaining('invalid-email')],
      [8, null, 'identity-conflict: its e-mail or phone belongs to the lead p1, not to p6'],
      [9, null, 'has 4 fields where the header has 5'],
      [10, null, 'LeadCaptured leadId: must be an id: 1 to 64 letters (A-Z, a-z), digits, _ or -'],
    ]);
  });

  it('appends nothing the second time, in either order, under other names, with other quoting', async () => {
    const people = space.path('people.csv');
    copyFileSync(fixture, people);
    const other = space.write('visits.csv', header + visit('p1') + visit('p1'));
    const first = await space.run([people, other]);
    const log = await space.log();
    const packed = space.zip(
      'other-name',
      header.replaceAll(',', '","').replace(/^|$/gm, '"').replace('\n"', '\n') + visit('p1') + visit('p1'),
    );
    for (const files of [[people, other], [other, people], [packed], [other, packed, other]]) {
      const { total } = await space.run(files);
      expect(total.appended).toBe(0);
      expect(total.duplicates).toBeGreaterThan(0);
    }
    expect(await space.log()).toEqual(log);
    expect((await space.run([people])).total).toMatchObject({
      duplicates: first.files[0]?.appended,
      refused: 5,
    });
  });

  it('takes identical rows as many times as the file has them, and no more from another file', async () => {
    const twice = space.write('twice.csv', header + visit('p1') + visit('p2') + visit('p1'));
    expect((await space.run([twice])).total).toMatchObject({ appended: 3, duplicates: 0 });
    const thrice = space.write('thrice.csv', header + visit('p1').repeat(3));
    expect((await space.run([thrice])).total).toMatchObject({ appended: 1, duplicates: 2 });
    expect((await space.run([twice, thrice])).total).toMatchObject({ appended: 0, duplicates: 6 });
  });

  it('counts rows that state nothing as ignored', async () => {
    const file = space.write('a.csv', 'id,since,email,phone,town\np1,2026-01-01,,,nowhere\n');
    expect((await space.run([file])).total).toEqual({
      rows: 1,
      appended: 0,
      duplicates: 0,
      ignored: 1,
      refused: 0,
    });
  });

  it('takes more events for a stream than one append may hold, in order', async () => {
    const file = space.write(
      'a.csv',
      header + Array.from({ length: 2_500 }, (_, n) => visit('p1', `/${n}`)).join(''),
    );
    expect((await space.run([file])).total).toMatchObject({ appended: 2_500 });
    const pages = (await space.log()).map(({ data }) => (data as { url: string }).url);
    expect(pages).toEqual(Array.from({ length: 2_500 }, (_, n) => `/${n}`));
  });

  it('takes more bytes for a stream than one append may hold', async () => {
    const town = 'x'.repeat(300_000);
    const rows = Array.from({ length: 8 }, (_, n) => `p1,2026-01-0${n + 1},,,${town}\n`).join('');
    const file = space.write('a.csv', `id,since,email,phone,town\n${rows}`);
    expect((await space.run([file])).total).toMatchObject({ appended: 16, refused: 0 });
  });

  it('reads times in the zone of the workspace', async () => {
    await use(crm, 'America/Sao_Paulo');
    await space.run([space.write('a.csv', header + visit('p1'))]);
    expect((await space.log())[0]?.occurredAt).toBe(Date.UTC(2026, 0, 5, 13));
  });

  it('costs a row, not the run, when the definition fails', async () => {
    const [file] = crm.files;
    await use({
      ...crm,
      files: [{ ...file!, group: undefined, facts: row => (row.id === 'p1' ? null! : []) }],
    });
    const { total, refused } = await space.run([
      space.write('a.csv', 'id,since,email,phone,town\np1,,,,\np2,,,,\n'),
    ]);
    expect(total).toMatchObject({ refused: 1, ignored: 1 });
    expect(refused[0]?.reason).toContain('the import definition failed');
  });
});

describe('encodings and packing', () => {
  const rows = `person,at,page\np1,2026-01-05,"Käse, ""ganz"" groß\n€"\n`;
  const page = 'Käse, "ganz" groß\n€';
  const pages = async (): Promise<readonly unknown[]> =>
    (await space.log()).map(({ data }) => (data as { url: string }).url);
  const encoded = (encoding: BufferEncoding): ImportDefinition => defineImport({ ...crm, encoding });

  it('reads UTF-8, with a mark or without, gzipped or not, as the same rows', async () => {
    const files = [
      space.write('plain.csv', rows),
      space.write('marked.csv', `\ufeff${rows}`),
      space.write('windows.csv', rows.replaceAll('\n', '\r\n').replace('groß\r\n', 'groß\n')),
      space.zip('no-ending', rows),
      space.write('two-parts.gz', Buffer.concat([gzipSync(rows.slice(0, 20)), gzipSync(rows.slice(20))])),
      space.write('utf16.csv', Buffer.from(`\ufeff${rows}`, 'utf16le')),
    ];
    const { total } = await space.run(files);
    expect(total).toEqual({ rows: 6, appended: 1, duplicates: 5, ignored: 0, refused: 0 });
    expect(await pages()).toEqual([page]);
  });

  it('reads Latin-1', async () => {
    await use(encoded('latin1'));
    await space.run([space.write('a.csv', Buffer.from(rows.replace('€', 'é'), 'latin1'))]);
    expect(await pages()).toEqual([page.replace('€', 'é')]);
  });

  it('reads UTF-16 without a mark, whose characters hold bytes of commas and quotes', async () => {
    await use(encoded('utf16le'));
    const odd = '\u2c00\u002c\u2200\u0a00\u000d\u220a';
    await space.run([
      space.write('a.csv', Buffer.from(`person,at,page\np1,2026-01-05,"${odd}"\n`, 'utf16le')),
    ]);
    expect(await pages()).toEqual([odd]);
  });

  it('does not break characters at the borders of chunks', async () => {
    const long = Array.from({ length: 60 }, (_, n) => `p${n},2026-01-05,${'€'.repeat(600 - n)}\n`).join('');
    const { total } = await space.run([space.write('a.csv', header + long)]);
    expect(total).toMatchObject({ appended: 60, refused: 0 });
    expect((await pages()).every(text => /^€+$/.test(String(text)))).toBe(true);
  });

  it('reads another delimiter, and line ends of every kind in one file', async () => {
    await use(defineImport({ ...crm, delimiter: ';' }));
    await space.run([
      space.write('a.csv', 'person;at;page\r\np1;2026-01-05;a,b\np2;2026-01-05;c\rp3;2026-01-05;d'),
    ]);
    expect(await pages()).toEqual(['a,b', 'c', 'd']);
  });
});

describe('a dry run', () => {
  it('appends nothing and reports what the run then does', async () => {
    const people = space.path('people.csv');
    copyFileSync(fixture, people);
    const files = [
      people,
      space.write('visits.csv', header + visit('p1').repeat(2)),
      space.write('more.csv', header + visit('p1').repeat(3)),
    ];
    for (const round of [1, 2]) {
      const head = await space.store.head();
      const dry = await space.run(files, { dryRun: true });
      expect(await space.store.head()).toBe(head);
      const wet = await space.run(files);
      expect(dry.dryRun).toBe(true);
      expect([round, dry.files, dry.refused]).toEqual([round, wet.files, wet.refused]);
    }
  });
});

describe('rejects', () => {
  it('are a CSV file that only its owner may read, with each row as it stands in its file', async () => {
    const people = space.path('people.csv');
    copyFileSync(fixture, people);
    const rejects = space.write('refused.csv', 'what was there before');
    await space.run([people], { rejects: space.path('new.csv') });
    await space.run([people], { rejects });
    expect(statSync(space.path('new.csv')).mode & 0o777).toBe(0o600);
    const text = readFileSync(rejects, 'utf8');
    expect(text).toBe(readFileSync(space.path('new.csv'), 'utf8'));
    expect(text.split('\n')).toEqual([
      'line,reason,id,since,email,phone,town',
      '6,since: 2026-02-30 is a date that does not exist,p4,2026-02-30,,,Ulm',
      expect.stringMatching(/^7,invalid-email: .*,p5,2026-01-08,not-an-address,,Ulm$/),
      expect.stringMatching(/^8,"identity-conflict: .*",p6,2026-01-08,ANN@example.com,,Ulm$/),
      '9,has 4 fields where the header has 5,p7,2026-01-08,,,',
      expect.stringMatching(/^10,.*,,2026-01-08,,,$/),
      '',
    ]);
  });

  it('name the file where there are several, and keep fields that are too many', async () => {
    const one = space.write('one.csv', `${header}p1,never,x\n`);
    const two = space.write('two.csv', 'page,at,person\nx,2026-01-05,p1,more\n');
    await space.run([one, two], { rejects: space.path('r.csv') });
    expect(readFileSync(space.path('r.csv'), 'utf8').split('\n').slice(0, 3)).toEqual([
      'line,reason,file,person,at,page',
      `2,"at: ""never"" is no date; write it like 2018-02-26 or 2018-02-26 19:58:54",${one},p1,never,x`,
      `2,has 4 fields where the header has 3,${two},p1,2026-01-05,x,more`,
    ]);
  });

  it('are imported as they are once they are mended, and count as the rows that they were', async () => {
    const file = space.write('a.csv', `${header}${visit('p1')}p2,never,x\n${visit('p3')}p4,later,"a,b"\n`);
    const rejects = space.path('r.csv');
    await space.run([file], { rejects });
    expect((await space.run([rejects])).total).toMatchObject({ rows: 2, appended: 0, refused: 2 });
    const mended = readFileSync(rejects, 'utf8').replace(',never,', ',2026-01-05,');
    writeFileSync(rejects, mended);
    const again = await space.run([rejects], { rejects: space.path('left.csv') });
    expect(again.total).toMatchObject({ rows: 2, appended: 1, refused: 1 });
    expect(again.refused).toMatchObject([{ line: 3, column: 'at' }]);
    expect(readFileSync(space.path('left.csv'), 'utf8')).toMatch(
      /^line,reason,person,at,page\n3,"at: .*",p4,later,"a,b"\n$/,
    );
    const whole = space.write('b.csv', readFileSync(file, 'utf8').replace('never', '2026-01-05'));
    expect((await space.run([whole])).total).toMatchObject({ appended: 0, duplicates: 3, refused: 1 });
  });

  it('of several files are imported too where these are of one kind', async () => {
    const files = ['one', 'two'].map(name => space.write(`${name}.csv`, `${header}${name},never,x\n`));
    const rejects = space.path('r.csv');
    await space.run(files, { rejects });
    writeFileSync(rejects, readFileSync(rejects, 'utf8').replaceAll(',never,', ',2026-01-05,'));
    expect((await space.run([rejects])).total).toMatchObject({ rows: 2, appended: 2, refused: 0 });
  });

  it('of several kinds say how to get them apart', async () => {
    const people = space.write('people.csv', 'id,since,email,phone,town\np1,never,,,Ulm\n');
    const visits = space.write('visits.csv', `${header}p1,never,x\n`);
    const rejects = space.path('r.csv');
    await space.run([people, visits], { rejects });
    await expect(space.run([rejects])).rejects.toThrow(
      'it has the columns of people and visits at once; import one kind at a time with --rejects',
    );
  });

  it('have the delimiter of the source, and say that they are UTF-8', async () => {
    const source: ImportDefinition = { ...crm, delimiter: ';', encoding: 'latin1' };
    await use(source);
    const text = 'id;since;email;phone;town\np1;never;;;Köln\n';
    const file = space.path('latin.csv');
    writeFileSync(file, text, 'latin1');
    const rejects = space.path('r.csv');
    await space.run([file], { rejects });
    const refused = readFileSync(rejects, 'utf8');
    expect(refused).toMatch(/^\ufeffline;reason;id;since;email;phone;town\n2;.*;p1;never;;;Köln\n$/);
    writeFileSync(rejects, refused.replace(';never;', ';2026-01-05;'));
    expect((await space.run([rejects])).total).toMatchObject({ appended: 2, refused: 0 });
    const [captured] = await space.store.readAll(0, 1);
    expect(captured).toMatchObject({ data: { personal: { attributes: { town: 'Köln' } } } });
  });

  it('hold every refused row; the report names the first hundred', async () => {
    const file = space.write('a.csv', header + 'p,never,x\n'.repeat(9_000));
    const { total, refused } = await space.run([file], { rejects: space.path('r.csv') });
    expect(total.refused).toBe(9_000);
    expect(refused.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, n) => n + 2));
    const lines = readFileSync(space.path('r.csv'), 'utf8').trimEnd().split('\n').slice(1);
    expect(lines.map(line => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 9_000 }, (_, n) => n + 2),
    );
  });

  it('are never written over a file to import, nor where nothing can be written', async () => {
    const file = space.write('a.csv', header + visit('p1'));
    await expect(space.run([file], { rejects: file })).rejects.toThrow('is a file to import');
    await expect(space.run([file], { rejects: space.path('no/such/folder.csv') })).rejects.toThrow(
      "can't be written there",
    );
    expect(readFileSync(file, 'utf8')).toBe(header + visit('p1'));
    expect(await space.store.head()).toBe(0);
  });
});

describe('progress and stopping', () => {
  it('is told after each window, up to the end', async () => {
    const steps: ImportProgress[] = [];
    const file = space.zip('a.csv.gz', visits(9_000));
    const { total } = await space.run([file], { onProgress: step => steps.push(step) });
    expect(steps.length).toBeGreaterThan(3);
    const last = steps.at(-1);
    expect(last).toEqual({ file, bytesRead: statSync(file).size, bytesTotal: statSync(file).size, ...total });
    const rows = steps.map(step => step.rows);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
  });

  it('ends after the window under way, says so, and goes on where it stopped', async () => {
    const stop = new AbortController();
    const files = [space.write('a.csv', visits(9_000)), space.write('b.csv', header + visit('q'))];
    const stopped = await space.run(files, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(stopped.aborted).toBe(true);
    expect(stopped.files).toHaveLength(1);
    expect(stopped.total.rows).toBeGreaterThan(0);
    expect(stopped.total.rows).toBeLessThan(5_000);
    expect(await space.store.head()).toBe(stopped.total.appended);
    const rest = await space.run(files);
    expect(rest).toMatchObject({
      aborted: false,
      total: { rows: 9_001, duplicates: stopped.total.appended },
    });
    expect(await space.store.head()).toBe(9_001);
  });

  it('does nothing when it was stopped before', async () => {
    const report = await space.run([space.write('a.csv', visits(3))], { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ aborted: true, files: [], total: { rows: 0 } });
    expect(await space.store.head()).toBe(0);
  });

  it('leaves the event loop its turns', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await space.run([space.write('a.csv', visits(10_000))]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });
});

describe('the same rows by way of resuming', () => {
  it('make the same log as in one go', async () => {
    const files = [space.write('a.csv', visits(5_000)), space.write('b.csv', header + visit('p1').repeat(3))];
    await space.run(files);
    const other = openWorkspace();
    try {
      await other.run(files.toReversed());
      expect(contentOf(await other.log())).toEqual(contentOf(await space.log()));
    } finally {
      await other.dispose();
    }
  });
});
