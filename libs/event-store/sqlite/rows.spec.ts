import { describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { anEvent } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { Json } from '../../domain/event.ts';
import { plainCodec, type PersonalCodec } from '../codec.ts';
import { prepareAppend } from '../prepare.ts';
import { columns, rowDecoder, type EventRow } from './rows.ts';
import { openLog } from './schema.ts';
import { groupWriter } from './write-group.ts';

const rowOf = (changes: Partial<Record<number, unknown>> = {}): EventRow => {
  const row = [7, 'lead-1', 3, randomUUID(), 'LinkClicked', 1, 10, 20, '{"n":1}', null, '{"leadId":"l1"}'];
  for (const [at, value] of Object.entries(changes)) row[Number(at)] = value as never;
  return row as unknown as EventRow;
};

describe('a row of the log', () => {
  it('is what the statement selects, in its order', () => {
    const folder = temporaryFolder();
    const db = openLog(join(folder.path, 'log.db'));
    const event = anEvent({ version: 4, data: { n: 1, personal: { name: 'Ann' } } });
    groupWriter(db)([[prepareAppend('lead-1', [event], 'ANY', plainCodec)]], 99);
    const [row] = db.prepare<[], EventRow>(`SELECT ${columns} FROM events`).raw().all();
    expect(rowDecoder(plainCodec)(row!)).toEqual({
      ...event,
      stream: 'lead-1',
      revision: 0,
      position: 1,
      recordedAt: 99,
    });
    db.close();
    folder.remove();
  });

  it('is read as it was written, whatever its data and metadata hold', () => {
    const members = fc
      .dictionary(
        fc.string({ unit: 'binary' }).filter(name => name !== '__proto__' && name !== 'personal'),
        fc.jsonValue(),
      )
      .map(value => JSON.parse(JSON.stringify(value)) as Readonly<Record<string, Json>>);
    const decode = rowDecoder(plainCodec);
    fc.assert(
      fc.property(members, members, fc.option(fc.jsonValue()), (data, metadata, personal) => {
        const row = rowOf({
          8: JSON.stringify(data),
          9: personal === null ? null : JSON.stringify(personal),
          10: JSON.stringify(metadata),
        });
        const whole =
          personal === null ? data : { ...data, personal: JSON.parse(JSON.stringify(personal)) as Json };
        expect(decode(row)).toEqual(expect.objectContaining({ data: whole, metadata }));
        expect(decode(row)).not.toHaveProperty('unreadable');
      }),
    );
  });

  it('never fails to be read, whatever its texts are, and says so where it is damaged', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('{}', '[]', 'null', '{"half', '{"leadId":7}'),
    );
    const decode = rowDecoder(plainCodec);
    const isObject = (each: string): boolean => {
      try {
        const value: unknown = JSON.parse(each);
        return typeof value === 'object' && value !== null && !Array.isArray(value);
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(text, text, (data, metadata) => {
        const event = decode(rowOf({ 8: data, 10: metadata }));
        expect(event.unreadable === undefined).toBe(isObject(data) && isObject(metadata));
        expect(event).toMatchObject({ stream: 'lead-1', revision: 3, position: 7 });
        if (event.unreadable !== undefined) expect(event.metadata).toEqual(event.data);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its place and its head where its personal data can’t be decoded', () => {
    const decode = jest.fn<PersonalCodec['decode']>(() => {
      throw new Error('the key is gone');
    });
    const row = rowOf({ 9: 'sealed' });
    expect(rowDecoder({ ...plainCodec, decode })(row)).toEqual({
      ...{ id: row[3], type: 'LinkClicked', version: 1, occurredAt: 10, recordedAt: 20 },
      ...{ stream: 'lead-1', revision: 3, position: 7 },
      ...{
        data: { leadId: 'l1' },
        metadata: { leadId: 'l1' },
        unreadable: "its personal data can't be decoded",
      },
    });
    expect(decode).toHaveBeenCalledWith('sealed', 'l1');
  });

  it('has its type as it stands there, however many types there are', () => {
    const decode = rowDecoder(plainCodec);
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 1_500; n++) expect(decode(rowOf({ 4: `Type${n}` })).type).toBe(`Type${n}`);
    for (const odd of ['__proto__', 'constructor', '7', '']) expect(decode(rowOf({ 4: odd })).type).toBe(odd);
  });
});
