import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalog } from './catalog.ts';
import { eventDocs } from './docs.ts';

const folder = join(import.meta.dirname, '../../docs/events');

describe('docs/events', () => {
  it.each(eventDocs())(
    '$name says what the catalogue says (else run npm run docs:events)',
    ({ name, text }) => expect(readFileSync(join(folder, name), 'utf8')).toBe(text),
  );

  it('has a file for each type and no other', () => {
    const files = readdirSync(folder).filter(name => name.endsWith('.json'));
    expect(files.sort()).toEqual([...catalog.keys()].map(type => `${type}.json`).sort());
  });

  it('is JSON Schema that names itself, its version and every member', () => {
    for (const { name, text } of eventDocs().filter(file => file.name.endsWith('.json'))) {
      const type = name.replace('.json', '');
      const schema = JSON.parse(text) as Record<string, unknown>;
      expect(schema).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: `urn:leadfold:event:${type}:${catalog.get(type)!.version}`,
        title: type,
        type: 'object',
        additionalProperties: false,
      });
      expect(Object.keys(schema.properties as object)).toEqual(
        Object.keys(catalog.get(type)!.schema.properties),
      );
    }
  });
});
