import { copyFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ImportDefinition } from '../../libs/importing/index.ts';
import {
  crm,
  header,
  openWorkspace,
  peopleFixture,
  visit,
  type ImportWorkspace,
} from './import-workspace.ts';

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
    copyFileSync(peopleFixture, people);
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
    copyFileSync(peopleFixture, people);
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

describe('a dry run', () => {
  it('appends nothing and reports what the run then does', async () => {
    const people = space.path('people.csv');
    copyFileSync(peopleFixture, people);
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
