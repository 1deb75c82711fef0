import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

describe('rejects', () => {
  it('are a CSV file that only its owner may read, with each row as it stands in its file', async () => {
    const people = space.path('people.csv');
    copyFileSync(peopleFixture, people);
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
