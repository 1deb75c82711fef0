import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { digestOf, entryOf, isKey, newKey } from './key.ts';

describe('a new key', () => {
  it('has its form, and is never the same', () => {
    const keys = Array.from({ length: 1_000 }, () => newKey());
    expect(keys.filter(key => !isKey(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is made of 256 random bits', () => {
    const asked: number[] = [];
    const key = newKey(size => {
      asked.push(size);
      return Buffer.alloc(size, 0xff);
    });
    expect(asked).toEqual([32]);
    expect(Buffer.from(key.slice(3), 'base64url')).toEqual(Buffer.alloc(32, 0xff));
  });
});

describe('isKey', () => {
  it.each(['', 'lf_', 'secret', `lf_${'a'.repeat(42)}`, `lf_${'a'.repeat(44)}`, `LF_${'a'.repeat(43)}`])(
    'refuses %j',
    text => {
      expect(isKey(text)).toBe(false);
    },
  );

  it.each([`lf_${'a'.repeat(42)}+`, ` lf_${'a'.repeat(43)}`, `lf_${'a'.repeat(43)}\n`])(
    'refuses %j, which is one but for a character',
    text => {
      expect(isKey(text)).toBe(false);
    },
  );
});

describe('an entry', () => {
  it('holds the hash that sha256sum gives, and not the key', () => {
    const key = newKey();
    const hex = createHash('sha256').update(key).digest('hex');
    expect(entryOf('shop', ['read', 'write'], key)).toBe(`shop:read+write:sha256-${hex}`);
    expect(digestOf(key).toString('hex')).toBe(hex);
  });
});
