import { describe, expect, it } from '@jest/globals';
import { defineImport, type ImportFile } from './define.ts';
import { kindOf } from './kind.ts';

const file = (name: string, columns: readonly string[], optional: readonly string[] = []): ImportFile => ({
  name,
  columns,
  optional,
  facts: () => [],
});
const shop = defineImport({
  source: 'shop',
  description: '',
  format: 'csv',
  files: [file('orders', ['id', 'total'], ['note']), file('people', ['id', 'name', 'town'])],
});

describe('the kind of a file', () => {
  it.each([
    [['id', 'total'], 'orders'],
    [['total', 'id'], 'orders'],
    [['note', 'id', 'total'], 'orders'],
    [['town', 'name', 'id'], 'people'],
  ])('of columns %j is %s', (header, name) => expect(kindOf(shop, header).name).toBe(name));

  it.each<[readonly string[], string]>([
    [['id', 'name'], 'to be people it lacks "town"'],
    [['id', 'total', 'tax'], 'to be orders it has the unknown "tax"'],
    [['id', 'total', 'name'], 'to be orders it has the unknown "name"'],
    [['Id', 'Total'], 'found "Id", "Total"'],
    [['id', ' total'], 'found "id", " total"'],
    [['id', 'total', ''], 'has the unknown ""'],
    [['id', 'total', 'id'], 'the column "id" is there twice'],
    [['id;total'], 'it looks separated by ";", expected is ","'],
    [['id\ttotal'], 'it looks separated by "\\t", expected is ","'],
    [['id', 'to\0tal'], 'is no text in utf8'],
    [['id', 'caf\ufffd'], 'is no text in utf8'],
  ])('is not known by columns %j', (header, sentence) =>
    expect(() => kindOf(shop, header)).toThrow(sentence),
  );

  it('cuts a first line that is no header', () => {
    const header = Array.from({ length: 1_000 }, (_, n) => `${n}`.repeat(500));
    let message = '';
    try {
      kindOf(shop, header);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('… (1000)');
    expect(message.length).toBeLessThan(12_000);
  });
});
