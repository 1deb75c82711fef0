import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { generationIn, writeNext } from '../../../test/support/generations.ts';
import { anEntity, aParked, leads, schema } from '../../../test/support/reads.ts';
import type { CellQuery, CellSchema } from '../port.ts';
import type { OpenGeneration } from './generation.ts';

const everything: CellQuery = { measures: ['leads'], by: [], where: {} };

describe('the file of a generation', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  let open: OpenGeneration[];
  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, 'deals.1.sqlite');
    open = [];
  });
  afterEach(() => {
    for (const each of open) each.close();
    folder.remove();
  });

  const opened = (
    status: 'building' | 'held' | 'live' = 'live',
    given: CellSchema = schema,
  ): OpenGeneration => {
    const generation = generationIn(file, given, status);
    open.push(generation);
    return generation;
  };
  const names = (type: 'table' | 'index'): unknown[] => {
    const db = new Database(file, { readonly: true });
    const found = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all(type);
    db.close();
    return found;
  };

  it('has a table of totals for each summary besides that of all dimensions', () => {
    opened('live', { ...schema, summaries: [['origin'], ['days'], []] });
    expect(names('table')).toEqual([
      'cells',
      'cells1',
      'cells2',
      'cells3',
      'checkpoint',
      'entities',
      'parked',
      'words',
    ]);
  });

  it('lets no name of the schema into SQL', () => {
    const odd = {
      dimensions: { select: 'text', order: 'integer', from: 'day' },
      measures: ['group'],
      indexes: ['where', 'table'],
    } as const;
    const generation = opened('live', odd);
    generation.index();
    writeNext(generation, {
      entities: [anEntity('a', { where: 1, table: 'x' })],
      cells: [{ cell: { select: 'x', from: '2018-02-03' }, add: { group: 2 } }],
    });
    const query = {
      measures: ['group'],
      by: [{ dimension: 'select' }, { dimension: 'from', grain: 'year' as const }],
      where: {},
    };
    expect(generation.cells(query)).toEqual([{ by: { select: 'x', from: '2018' }, sums: { group: 2 } }]);
    expect(
      generation.entities.page({ where: { table: 'x' }, sort: '-where', limit: 5 }).entities,
    ).toHaveLength(1);
  });

  it('can be of a schema that has no part at all', () => {
    const generation = opened('live', { dimensions: {}, measures: [], indexes: [] });
    writeNext(generation, { entities: [anEntity('a', 7)], cells: [{ cell: {}, add: {} }] });
    expect(generation.entities.page({ limit: 5 }).entities).toEqual([anEntity('a', 7)]);
    expect(generation.cells({ measures: [], by: [], where: {} })).toEqual([]);
  });

  it('begins at nothing, and goes on where it was when it is opened again', () => {
    const first = opened();
    expect(first.checkpoint()).toEqual({ position: 0, batch: 0 });
    writeNext(first, {
      position: 40,
      entities: [anEntity('a', { stage: 'lead' })],
      cells: [leads({ origin: 'web' })],
      park: [aParked(9, 'b')],
    });
    const again = opened();
    expect(again.checkpoint()).toEqual({ position: 40, batch: 1 });
    expect(again.entities.load(['a']).get('a')).toEqual(anEntity('a', { stage: 'lead' }));
    expect(again.cells(everything)).toEqual([{ by: {}, sums: { leads: 1 } }]);
    expect(again.parked()).toEqual([aParked(9, 'b')]);
  });

  it('has no indexes of entities while it is built, and all of them once it is not, made once', () => {
    const building = opened('building');
    expect(names('index')).toEqual(['parked_entity']);
    writeNext(building, { entities: [anEntity('a', { stage: 'x' })] });
    building.index();
    building.index();
    const all = ['entities_due', 'entities_i0', 'entities_i1', 'entities_quality', 'parked_entity'];
    expect(names('index')).toEqual(all);
    opened('held');
    expect(names('index')).toEqual(all);
  });

  it('gets the indexes that it lacks when it is opened as live, as after a crash between the two', () => {
    const building = opened('building');
    writeNext(building, { entities: [anEntity('a', { stage: 'x' }), anEntity('b', { stage: 'y' })] });
    const live = opened('live');
    expect(names('index')).toHaveLength(5);
    expect(live.entities.page({ where: { stage: 'y' }, limit: 5 }).entities.map(({ id }) => id)).toEqual([
      'b',
    ]);
  });

  it('that is live from its beginning has none either before there is something in it and it is opened anew', () => {
    const live = opened('live');
    expect(names('index')).toEqual(['parked_entity']);
    writeNext(live, { entities: [anEntity('a', { stage: 'x' })] });
    expect(names('index')).toEqual(['parked_entity']);
    opened('live');
    expect(names('index')).toHaveLength(5);
  });

  it('is completed where it was made but for some of its tables when the process died', () => {
    opened();
    for (const each of open.splice(0)) each.close();
    const db = new Database(file);
    db.exec('DROP TABLE parked; DROP TABLE cells; DELETE FROM checkpoint');
    db.close();
    const generation = opened();
    expect(generation.checkpoint()).toEqual({ position: 0, batch: 0 });
    writeNext(generation, { cells: [leads({})], park: [aParked(1, 'a')] });
    expect([generation.cells(everything), generation.parked()]).toEqual([
      [{ by: {}, sums: { leads: 1 } }],
      [aParked(1, 'a')],
    ]);
  });

  it('answers with the position that what it read belongs to, although another commits meanwhile', () => {
    const [reader, writer] = [opened(), opened()];
    writeNext(writer, { position: 10, cells: [leads({ origin: 'web' }, 1)] });
    const seen = reader.at(() => {
      const before = reader.cells(everything);
      writeNext(writer, { position: 20, cells: [leads({ origin: 'web' }, 5)] });
      return [before, reader.cells(everything), reader.entities.findings()];
    });
    const one = [{ by: {}, sums: { leads: 1 } }];
    expect(seen).toEqual({ position: 10, value: [one, one, []] });
    expect(reader.at(() => reader.cells(everything))).toEqual({
      position: 20,
      value: [{ by: {}, sums: { leads: 6 } }],
    });
  });

  it('can be read again after a read that failed', () => {
    const generation = opened();
    const broken = (): never => {
      throw new Error('odd');
    };
    expect(() => generation.at(broken)).toThrow('odd');
    expect(generation.at(() => 1)).toEqual({ position: 0, value: 1 });
  });

  it('lists parked events in log order, of one entity or of all, as they were parked', () => {
    const generation = opened();
    const odd = aParked(3, 'a\0b', {
      eventId: '\ud83d',
      type: 'T\u0001',
      raw: { text: '\0 \ud83d' },
      error: 'broke\0n',
    });
    const park = [aParked(7, 'b'), odd, aParked(3, 'a'), aParked(5, 'a')];
    writeNext(generation, { park });
    expect(generation.parked()).toEqual([aParked(3, 'a'), odd, aParked(5, 'a'), aParked(7, 'b')]);
    expect(generation.parked('a')).toEqual([aParked(3, 'a'), aParked(5, 'a')]);
    expect(generation.parked('a\0b')).toEqual([odd]);
    expect(generation.parked('c')).toEqual([]);
  });
});
