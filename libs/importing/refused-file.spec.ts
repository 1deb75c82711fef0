import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markedCsv, markedNdjson, refusedHeader } from './refused-file.ts';
import { rawRow } from './testing.ts';

const name = fc.constantFrom<string[]>('id', 'email', 'file', 'town', 'reason');
const columns = fc.uniqueArray(name, { minLength: 1 });

describe('a CSV file of refused rows', () => {
  it('is told by its header, and gives back the columns and cells of its rows', () => {
    fc.assert(
      fc.property(columns, fc.boolean(), fc.array(fc.string(), { maxLength: 6 }), (own, several, cells) => {
        // A column of the source's own that is called `file` can't be told from the mark where it comes first.
        fc.pre(several || own[0] !== 'file');
        const header = refusedHeader(several, own);
        const marked = markedCsv(header, own)!;
        expect(marked.columns).toEqual(own);
        const marks = header.slice(0, header.length - own.length).map(mark => `a ${mark}`);
        const row = rawRow(7, header, [...marks, ...cells]);
        expect(marked.strip(row)).toEqual(rawRow(7, own, cells));
      }),
    );
  });

  it('keeps what is wrong with a row that has no cells', () => {
    const { strip } = markedCsv(['line', 'reason', 'id'], ['id'])!;
    expect(strip(rawRow(3, ['line', 'reason', 'id'], [], 'a quote'))).toEqual(
      rawRow(3, ['id'], [], 'a quote'),
    );
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['its columns stand in another order', ['reason', 'line', 'id'], ['id']],
    ['something stands before them', ['id', 'line', 'reason'], ['id']],
    ['one of them is not there', ['line', 'id'], ['id']],
    ['they are in capitals', ['Line', 'Reason', 'id'], ['id']],
    ['it is empty', [], ['id']],
    ['the source has a column called line itself', ['line', 'reason', 'id'], ['line', 'reason', 'id']],
  ])('is none where %s', (_, header, own) => {
    expect(markedCsv(header, own)).toBeNull();
  });
});

describe('an NDJSON file of refused rows', () => {
  it('is told by the member of its rows, wherever that stands, and gives back the others', () => {
    fc.assert(
      fc.property(columns, fc.nat(), (own, place) => {
        const at = place % (own.length + 1);
        const header = own.toSpliced(at, 0, '_refused');
        const { columns: kept, strip } = markedNdjson(header, own)!;
        expect(kept).toEqual(own);
        const cells = header.map(column => `${column}'s`);
        expect(strip(rawRow(1, header, cells))).toEqual(
          rawRow(
            1,
            own,
            own.map(column => `${column}'s`),
          ),
        );
      }),
    );
  });

  it('takes a line that somebody added as it is', () => {
    const { strip } = markedNdjson(['_refused', 'id'], ['id'])!;
    const added = rawRow(9, ['id'], ['a']);
    expect(strip(added)).toBe(added);
  });

  it('is none without that member, or where the source has it itself', () => {
    expect(markedNdjson(['id', 'refused'], ['id'])).toBeNull();
    expect(markedNdjson(['id', '_refused'], ['id', '_refused'])).toBeNull();
  });
});
