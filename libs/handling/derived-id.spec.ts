import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { derivedId, touchpointEventId } from './derived-id.ts';

const namespace = '5b0c8c1e-6d53-4f0a-9d4a-1f6d3d4f7a20';

describe('derivedId', () => {
  it('is the UUID of version 5 in a namespace of its own, for any name', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat())), name => {
        expect(derivedId(...name)).toBe(v5(name.join(' '), namespace));
      }),
      { numRuns: 500 },
    );
  });

  // The ids of logs that exist must never change.
  it.each([
    [['claim', 'identity-00', 0, 'l1'], 'cf0636c7-4e06-515e-89b4-cf2eaeb237b5'],
    [['key-used', 'command-00', 'ü 😀'], 'a0d22f28-d823-5c01-bd98-51a77b27d436'],
  ])('of %j stays what it is', (name, id) => {
    expect(derivedId(...name)).toBe(id);
  });
});

describe('touchpointEventId', () => {
  it('is the id itself where it is a UUID, in lower case', () => {
    expect(touchpointEventId('5B0C8C1E-6D53-4F0A-9D4A-1F6D3D4F7A20')).toBe(namespace);
    expect(touchpointEventId('t1')).toBe(v5('touchpoint t1', namespace));
  });
});
