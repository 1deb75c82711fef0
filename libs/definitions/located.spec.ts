import { describe, expect, it } from '@jest/globals';
import { DefinitionRefused } from './errors.ts';
import { NotPure } from './guards.ts';
import { placeOf, tellLocated } from './located.ts';

const files = new Set(['file:///home/a%20b/x.ts', 'file:///home/shared/y.ts']);
const closure = { files, nameOf: (url: string): string => url.slice(url.lastIndexOf('/') + 1) };
const failed = (stack: string): Error => Object.assign(new RangeError('odd\nvery odd'), { stack });

describe('the place of an error', () => {
  it.each([
    ['at evolve (file:///home/a%20b/x.ts:12:9)', 'x.ts:12:9'],
    ['at file:///home/shared/y.ts:3:1', 'y.ts:3:1'],
    [
      'at f (node:internal:1:1)\n at g (file:///opt/z.ts:1:1)\n at h (file:///home/shared/y.ts:3:1)',
      'y.ts:3:1',
    ],
    ['/home/a b/x.ts:7\n const = 1', 'x.ts:7'],
    ['at f (file:///opt/z.ts:1:1)', null],
    ['at f (file:///home/shared/y.tsx:1:1)', null],
  ])('in %j is %s', (stack, place) => {
    expect(placeOf(failed(stack), closure)).toBe(place);
  });

  it('stands behind the message, in one line', () => {
    expect(tellLocated(failed('at file:///home/shared/y.ts:3:1'), closure)).toBe(
      'RangeError: odd very odd (y.ts:3:1)',
    );
    expect(tellLocated(failed(''), closure)).toBe('RangeError: odd very odd (x.ts)');
    expect(tellLocated('a text', closure)).toBe('a text (x.ts)');
  });

  it('a guard’s message stands alone, a refusal has its place within', () => {
    expect(tellLocated(Object.assign(new NotPure('no'), { stack: '' }), closure)).toBe('no (x.ts)');
    expect(tellLocated(new DefinitionRefused('x.ts:1 is odd'), closure)).toBe('x.ts:1 is odd');
  });
});
