import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { writeNext } from '../../../test/support/generations.ts';
import { aGeneration, leads } from '../../../test/support/reads.ts';
import { UnknownProjection } from '../errors.ts';
import type { Generation } from '../port.ts';
import { openCatalog, type Catalog } from './catalog.ts';
import { connect } from './connection.ts';
import { generationFiles, removeOrphans, type Files } from './files.ts';

describe('the files of generations', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let db: Database;
  let catalog: Catalog;
  let files: Files;
  beforeEach(() => {
    folder = temporaryFolder();
    db = connect(join(folder.path, 'catalog.sqlite'), 'FULL');
    catalog = openCatalog(db);
    files = generationFiles(folder.path, catalog);
  });
  afterEach(() => {
    files.closeAll();
    db.close();
    folder.remove();
  });

  const create = (name = 'deals'): Generation => catalog.create(aGeneration({ name }));
  const there = (): readonly string[] =>
    readdirSync(folder.path)
      .filter(file => !file.startsWith('catalog'))
      .sort();

  it('are made when a generation is first used, and opened once', () => {
    const [made, other] = [create(), create('lead-score')];
    expect(there()).toEqual([]);
    const generation = files.open(made);
    expect(files.open({ name: 'deals', generation: 1 })).toBe(generation);
    expect(files.open(other)).not.toBe(generation);
    expect(there().filter(file => file.endsWith('.sqlite'))).toEqual([
      'deals.1.sqlite',
      'lead-score.1.sqlite',
    ]);
  });

  it('are not made for a generation that the catalogue lacks', () => {
    expect(() => files.open({ name: 'deals', generation: 1 })).toThrow(UnknownProjection);
    expect(() => files.open({ name: '../deals', generation: 1 })).toThrow(UnknownProjection);
    expect(there()).toEqual([]);
  });

  it('are closed and gone when they are removed, whether they were open or not', () => {
    const [made, other] = [create(), create()];
    const generation = files.open(made);
    writeNext(generation, { cells: [leads({})] });
    files.open(other);
    files.remove(made);
    files.remove(made);
    expect(there().filter(file => file.startsWith('deals.1'))).toEqual([]);
    expect(() => generation.checkpoint()).toThrow('The database connection is not open');
    expect(files.open(other).checkpoint()).toEqual({ position: 0, batch: 0 });
  });

  it('are let go of when another has dropped the generation since', () => {
    const made = create();
    const generation = files.open(made);
    catalog.drop(made);
    expect(() => files.open(made)).toThrow('no read model for deals generation 1');
    expect(() => generation.checkpoint()).toThrow('The database connection is not open');
  });

  it('are not left where another dropped the generation while its file was opened', () => {
    const made = create();
    let looks = 0;
    // The first look finds it, the second, after the file was made, no more.
    const shifty: Catalog = { ...catalog, find: id => (++looks === 1 ? catalog.find(id) : null) };
    const own = generationFiles(folder.path, shifty);
    expect(() => own.open(made)).toThrow(UnknownProjection);
    expect([looks, there()]).toEqual([2, []]);
    own.closeAll();
  });

  it('are closed together, and can be opened again', () => {
    const made = create();
    const generation = files.open(made);
    writeNext(generation, { position: 7 });
    files.closeAll();
    expect(() => generation.checkpoint()).toThrow('The database connection is not open');
    expect(there()).toEqual(['deals.1.sqlite']);
    expect(files.open(made).checkpoint()).toEqual({ position: 7, batch: 1 });
  });

  describe('that are orphans', () => {
    it('go, with what the engine keeps beside them; those of the catalogue and all others stay', () => {
      const known = [create(), create(), create('lead')].map(
        ({ name, generation }) => `${name}.${generation}`,
      );
      const name = fc.constantFrom('deals', 'lead', 'lead-score', 'x9', 'Deals', 'catalog', '9x', 'a b', '');
      const number = fc.constantFrom('1', '2', '3', '10', '0', '01', '-1', 'x', '');
      const ending = fc.constantFrom(
        '.sqlite',
        '.sqlite-wal',
        '.sqlite-shm',
        '.sqlite-journal',
        '.sqlite.bak',
        '.db',
        '',
      );
      const file = fc.tuple(name, number, ending).map(([a, b, c]) => `${a}.${b}${c}`);
      const dir = join(folder.path, 'orphans');
      mkdirSync(dir);
      fc.assert(
        fc.property(
          fc.uniqueArray(
            file.filter(each => each !== '.'),
            { maxLength: 30 },
          ),
          list => {
            for (const each of readdirSync(dir)) rmSync(join(dir, each));
            for (const each of list) writeFileSync(join(dir, each), 'x');
            removeOrphans(dir, catalog);
            const kept = list.filter(each => {
              const [of, generation = '', kind, ...more] = each.split('.');
              const isOurs =
                /^[a-z][a-z0-9-]*$/.test(of ?? '') &&
                /^[1-9][0-9]*$/.test(generation) &&
                ['sqlite', 'sqlite-wal', 'sqlite-shm', 'sqlite-journal'].includes(kind ?? '') &&
                more.length === 0;
              return !isOurs || known.includes(`${of}.${generation}`);
            });
            expect(readdirSync(dir).sort()).toEqual(kept.sort());
          },
        ),
        { numRuns: 60 },
      );
    });

    it('are none where the folder holds the catalogue alone', () => {
      removeOrphans(folder.path, catalog);
      expect(existsSync(join(folder.path, 'catalog.sqlite'))).toBe(true);
    });
  });
});
