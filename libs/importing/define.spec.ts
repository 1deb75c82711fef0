import { describe, expect, it } from '@jest/globals';
import { defineImport, mapRows, RowError, type ImportDefinition, type ImportFile } from './define.ts';

const file = (name: string, columns: readonly string[], optional: readonly string[] = []): ImportFile => ({
  name,
  columns,
  optional,
  facts: () => [],
});
const define = (changes: Partial<ImportDefinition>): ImportDefinition =>
  defineImport({
    source: 'shop',
    description: '',
    format: 'csv',
    files: [file('orders', ['id'])],
    ...changes,
  });

describe('a definition', () => {
  it('is taken as it is when it is sound', () => {
    const files = [file('orders', ['id', 'total']), file('people', ['id', 'name'], ['town'])];
    expect(define({ files, delimiter: '\t', encoding: 'latin1' }).files).toBe(files);
  });

  it.each<[string, Partial<ImportDefinition>, string]>([
    ['a source in capitals', { source: 'Shop' }, 'is no source name'],
    ['no source', { source: '' }, 'is no source name'],
    ['no files', { files: [] }, 'it has no files'],
    ['two characters between fields', { delimiter: '||' }, 'the delimiter is one character'],
    ['a quote between fields', { delimiter: '"' }, 'the delimiter is one character'],
    ['an encoding of bytes', { encoding: 'base64' }, '"base64" is no encoding of text'],
    ['a kind of file without a name', { files: [file('', ['id'])] }, 'is no name of a kind of file'],
    ['a kind of file without columns', { files: [file('orders', [], ['id'])] }, 'orders needs a column'],
    [
      'neither facts nor a group',
      { files: [{ name: 'a', columns: ['id'] } as never] },
      'a has either facts or a group',
    ],
    [
      'facts and a group',
      { files: [{ ...file('a', ['id']), group: { key: () => null, facts: () => [] } } as never] },
      'a has either facts or a group',
    ],
    ['a column without a name', { files: [file('orders', ['id', ''])] }, 'a column without a name'],
    ['a column twice', { files: [file('orders', ['id'], ['id'])] }, 'orders names a column twice'],
    ['two kinds of one name', { files: [file('a', ['x']), file('a', ['y'])] }, 'tell a and a apart'],
    ['the same columns', { files: [file('a', ['x', 'y']), file('b', ['y', 'x'])] }, 'tell a and b apart'],
    [
      'columns that may be the same',
      { files: [file('a', ['x'], ['y']), file('b', ['x', 'y'])] },
      'tell a and b apart',
    ],
    [
      'options that may meet',
      { files: [file('a', ['x'], ['y']), file('b', ['y'], ['x'])] },
      'tell a and b apart',
    ],
  ])('is refused with %s', (_, changes, sentence) => expect(() => define(changes)).toThrow(sentence));

  it('may have kinds whose options overlap while their needs differ', () => {
    const files = [file('a', ['x', 'z'], ['y']), file('b', ['x', 'w'], ['y'])];
    expect(() => define({ files })).not.toThrow();
  });
});

describe('reading the rows of a group', () => {
  const rows = [{ id: '1' }, { id: '2' }];
  const refusing = (error: Error): unknown => {
    try {
      return mapRows(rows, row => {
        if (row === rows[1]) throw error;
        return row.id;
      });
    } catch (thrown) {
      return thrown;
    }
  };

  it('gives what was read of each', () => expect(mapRows(rows, ({ id }) => id)).toEqual(['1', '2']));

  it('names the row that is refused, and leaves other errors be', () => {
    expect(refusing(new RowError('id', 'is odd'))).toMatchObject({
      column: 'id',
      message: 'is odd',
      row: rows[1],
    });
    const fault = new TypeError('a fault');
    expect(refusing(fault)).toBe(fault);
  });
});
