import { hash } from 'node:crypto';
import { columnsOf, type ImportFile, type Row } from './define.ts';
import { createOrdinals } from './ordinals.ts';

/** Facts that a single row may state. */
export const factsPerRow = 256;

/** Ids of the facts of a row, by their place in it. */
export type FactIds = (fact: number) => string;

/** Gives the ids of the file's next row. */
export type RowIds = (row: Row) => FactIds;

/**
 * Ids of a file's facts: UUIDs (version 8) of the SHA-256 of source, kind of file and the row's cells, told apart by the row's
 * ordinal among the file's identical rows and the fact's place in the row.
 *
 * Cells go in by column name, empty ones not at all: neither the order of columns, nor quoting, nor an optional column that
 * is added later changes an id. The ordinals count from the start of each file, so the same rows in two files are the same facts.
 */
export const createRowIds = (source: string, kind: ImportFile): RowIds => {
  const ordinals = createOrdinals();
  const contentOf = createContent(kind);
  const start = `${source}\0${kind.name}`;
  return row => {
    const digest: Buffer = hash('sha256', start + contentOf(row), 'buffer');
    const ordinal = ordinals(digest.readUInt32LE(16), digest.readUInt32LE(20));
    return fact => uuid(digest, ordinal, fact);
  };
};

/** Gives the ids of a group by its key and rows. */
export type GroupIds = (key: string, rows: readonly Row[]) => FactIds;

/**
 * Ids of the facts of groups: as those of rows, of the source, the kind of file, the key and the cells of all rows in whatever
 * order. A group with one row more or less, or another cell, has other ids.
 */
export const createGroupIds = (source: string, kind: ImportFile): GroupIds => {
  const contentOf = createContent(kind);
  const start = `${source}\0${kind.name}`;
  return (key, rows) => {
    // A row's content begins with NUL and holds no two in a row, so nothing else reads the same.
    const content = [start, key, ...rows.map(contentOf).sort()].join('\0\0');
    const digest: Buffer = hash('sha256', content, 'buffer');
    return fact => uuid(digest, 0, fact);
  };
};

const createContent = (kind: ImportFile): ((row: Row) => string) => {
  const columns = [...columnsOf(kind)].sort();
  return row => {
    const parts = [''];
    for (const column of columns) {
      const cell = row[column];
      if (cell !== undefined && cell !== '') parts.push(column, cell);
    }
    return parts.join('\0');
  };
};

/** Folding the two numbers in by exclusive or keeps all 122 bits and can't make two facts of one row the same. */
const uuid = (digest: Buffer, ordinal: number, fact: number): string => {
  const tail = ((digest.readUInt32BE(12) ^ ordinal) >>> 0).toString(16).padStart(8, '0');
  const place = ((digest[11] ?? 0) ^ fact).toString(16).padStart(2, '0');
  const hex = digest.toString('hex', 0, 11);
  const variant = (((digest[8] ?? 0) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 22)}${place}${tail}`;
};
