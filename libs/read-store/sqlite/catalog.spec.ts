import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { aGeneration, schema } from '../../../test/support/reads.ts';
import { InvalidRequest, ReadStoreUnavailable, UnknownProjection } from '../errors.ts';
import type { Generation, ProjectionId } from '../port.ts';
import { openCatalog, type Catalog } from './catalog.ts';
import { connect } from './connection.ts';

describe('the catalogue of generations', () => {
  const folder = temporaryFolder();
  let count = 0;
  let file: string;
  let db: Database;
  let catalog: Catalog;

  beforeEach(() => {
    file = join(folder.path, `${++count}.sqlite`);
    db = connect(file, 'FULL');
    catalog = openCatalog(db);
  });
  afterEach(() => void db.close());
  afterAll(() => folder.remove());

  const create = (name = 'deals'): Generation => catalog.create(aGeneration({ name }));
  const statuses = (name?: string): readonly string[] =>
    catalog.list(name).map(each => `${each.name} ${each.generation} ${each.status}`);

  it('keeps all that it is given of a generation', () => {
    const given = aGeneration({
      version: 7,
      fingerprint: '"Europe/Berlin" \u2028 \n',
      createdAt: 1,
      schema: { ...schema, summaries: [['origin'], []] },
    });
    const made = catalog.create(given);
    expect(made).toEqual({ ...given, generation: 1, status: 'building' });
    expect([catalog.find(made), catalog.list()]).toEqual([made, [made]]);
  });

  /** What was told to whom, in plain memory. */
  interface Plain {
    readonly name: string;
    readonly generation: number;
    status: Generation['status'];
  }
  const name = fc.constantFrom('deals', 'lead', 'lead-score');
  const step = fc.oneof(
    {
      arbitrary: fc.record({ kind: fc.constant('create' as const), name, generation: fc.constant(0) }),
      weight: 2,
    },
    fc.record({
      kind: fc.constantFrom('promote' as const, 'hold' as const, 'drop' as const),
      name,
      generation: fc.integer({ min: 1, max: 4 }),
    }),
  );

  it('is what a plain list is, after any steps: one live generation of a name, and no number twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        db.exec('DELETE FROM generations; DELETE FROM names');
        let plain: Plain[] = [];
        const highest = new Map<string, number>();
        for (const { kind, ...id } of steps) {
          const there = plain.find(each => each.name === id.name && each.generation === id.generation);
          if (kind === 'create') {
            const generation = (highest.get(id.name) ?? 0) + 1;
            highest.set(id.name, generation);
            expect(create(id.name).generation).toBe(generation);
            plain.push({ name: id.name, generation, status: 'building' });
          } else if (kind === 'drop') {
            catalog.drop(id);
            plain = plain.filter(each => each !== there);
          } else if (there === undefined) expect(() => catalog[kind](id)).toThrow(UnknownProjection);
          else if (kind === 'hold') {
            if (there.status === 'live') expect(() => catalog.hold(id)).toThrow(InvalidRequest);
            else {
              catalog.hold(id);
              there.status = 'held';
            }
          } else {
            const others = plain.filter(
              each => each.name === id.name && each.status === 'live' && each !== there,
            );
            expect(catalog.promote(id)).toEqual(
              others.map(each => ({ name: each.name, generation: each.generation })),
            );
            plain = plain.filter(each => !others.includes(each));
            there.status = 'live';
          }
        }
        const sorted = plain.toSorted((a, b) =>
          a.name === b.name ? a.generation - b.generation : a.name < b.name ? -1 : 1,
        );
        expect(statuses()).toEqual(sorted.map(each => `${each.name} ${each.generation} ${each.status}`));
        expect(statuses('lead')).toEqual(statuses().filter(each => each.startsWith('lead ')));
      }),
      { numRuns: 60 },
    );
  });

  it('never gives a number again, not even of a generation that was dropped', () => {
    const first = create();
    catalog.drop(first);
    expect([create().generation, create('other').generation]).toEqual([2, 1]);
    catalog.drop(first);
    expect(statuses('deals')).toEqual(['deals 2 building']);
  });

  it('says of an unknown generation which one it is', () => {
    const id: ProjectionId = { name: 'deals', generation: 9 };
    expect(catalog.find(id)).toBeNull();
    expect(() => catalog.promote(id)).toThrow('no read model for deals generation 9');
    expect(() => catalog.hold(id)).toThrow('no read model for deals generation 9');
  });

  it('says of a live generation that it can’t be held, and leaves it live', () => {
    const made = create();
    catalog.promote(made);
    expect(() => catalog.hold(made)).toThrow("deals generation 1 is live and can't be held");
    expect(statuses()).toEqual(['deals 1 live']);
  });

  it('does not take back what was live when the next one can’t be promoted', () => {
    const [live, next] = [create(), create()];
    catalog.promote(live);
    catalog.drop(next);
    expect(() => catalog.promote(next)).toThrow(UnknownProjection);
    expect(statuses()).toEqual(['deals 1 live']);
  });

  it('may be promoted again, which takes nothing off the list', () => {
    const made = create();
    expect([catalog.promote(made), catalog.promote(made)]).toEqual([[], []]);
    expect(statuses()).toEqual(['deals 1 live']);
  });

  it('is shared by all who have it open, and there after everybody closed it', () => {
    const other = connect(file, 'FULL');
    const second = openCatalog(other);
    const made = create();
    expect(second.list()).toEqual([made]);
    expect(second.create(aGeneration()).generation).toBe(2);
    second.promote(made);
    expect(statuses()).toEqual(['deals 1 live', 'deals 2 building']);
    other.close();
    db.close();
    db = connect(file, 'FULL');
    catalog = openCatalog(db);
    expect(statuses()).toEqual(['deals 1 live', 'deals 2 building']);
    expect(create().generation).toBe(3);
  });

  it('forgets generations of an older layout, and gives their numbers to no others', () => {
    const before = create();
    catalog.promote(before);
    db.pragma('user_version = 0');
    const again = openCatalog(db);
    expect([again.list(), again.find(before)]).toEqual([[], null]);
    expect(again.create(aGeneration()).generation).toBe(2);
    expect(openCatalog(db).list()).toHaveLength(1);
  });

  it('refuses a newer layout with a sentence, and leaves it as it is', () => {
    create();
    db.pragma('user_version = 2');
    expect(() => openCatalog(db)).toThrow(ReadStoreUnavailable);
    expect(() => openCatalog(db)).toThrow('have layout 2, and this Leadfold knows up to 1: use a newer one');
    expect(catalog.list()).toHaveLength(1);
  });

  it('takes names and fingerprints for values, whatever stands in them', () => {
    const odd = "x'; DROP TABLE generations; --";
    const made = catalog.create(aGeneration({ fingerprint: odd }));
    expect(catalog.list(odd)).toEqual([]);
    expect(catalog.find({ name: odd, generation: 1 })).toBeNull();
    expect(catalog.find(made)?.fingerprint).toBe(odd);
  });
});
