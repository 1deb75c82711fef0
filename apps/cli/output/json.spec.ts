import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readableJson } from './json.ts';

describe('readableJson', () => {
  it('keeps lists of plain values in a line', () => {
    expect(readableJson({ marks: [1, -2, null], none: [], deals: [{ id: 'a' }], nothing: {} })).toBe(
      [
        '{',
        '  "marks": [1, -2, null],',
        '  "none": [],',
        '  "deals": [',
        '    {',
        '      "id": "a"',
        '    }',
        '  ],',
        '  "nothing": {}',
        '}',
      ].join('\n'),
    );
  });

  it('is the JSON that it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(readableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
