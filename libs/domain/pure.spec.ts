import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical.ts';
import type { Decider } from './decider.ts';
import { RuleViolation } from './errors.ts';
import { occurredAt } from './occurred.ts';
import { specify } from './testing.ts';
import { splitUrl } from './url.ts';

describe('canonical JSON', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([k, v]) => [k, shuffled(v)]),
          )
        : value;

  it('does not depend on the order of members, and means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('tells different values apart', () => {
    const texts = [[1, 2], [2, 1], ['1', 2], { a: 1 }, { a: '1' }, { b: 1 }, {}, [], null, '', 0].map(
      canonicalJson,
    );
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('leaves undefined members out, and survives any depth', () => {
    expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
    let deep: unknown = 1;
    for (let i = 0; i < 200_000; i++) deep = [deep];
    expect(canonicalJson(deep).length).toBeLessThan(1_000);
  });
});

describe('when something happened', () => {
  const now = Date.UTC(2024, 0, 1);
  const day = 86_400_000;

  it('is now unless given', () => {
    expect(occurredAt(undefined, now)).toBe(now);
    expect(occurredAt(5, now)).toBe(5);
  });

  it.each([
    [now + day, null],
    [now + day + 1, 'occurred-in-the-future'],
    [Number.MAX_SAFE_INTEGER, 'occurred-in-the-future'],
    [Date.UTC(1900, 0, 1), null],
    [Date.UTC(1900, 0, 1) - 1, 'occurred-too-early'],
    [1.5, 'occurred-at-invalid'],
    [Number.NaN, 'occurred-at-invalid'],
    [Infinity, 'occurred-at-invalid'],
  ])('%d is judged %j', (given, rule) => {
    const run = () => occurredAt(given, now);
    if (rule === null) expect(run()).toBe(given);
    else expect(run).toThrow(expect.objectContaining({ rule }));
  });
});

describe('an address', () => {
  it.each([
    ['https://a.example/b?c#d', 'https://a.example/b', '?c#d'],
    ['https://a.example/b#d?c', 'https://a.example/b', '#d?c'],
    ['/b?', '/b', '?'],
    ['?q', '', '?q'],
    ['https://a.example', 'https://a.example', undefined],
  ])('%s is split', (url, address, query) =>
    expect(splitUrl(url)).toEqual({ address, ...(query === undefined ? {} : { query }) }),
  );
});

describe('specify', () => {
  const counter: Decider<number, { by: number }, { added: number }> = {
    initialState: 0,
    evolve: (sum, { added }) => sum + added,
    decide: ({ by }, sum) => {
      if (Number.isNaN(by)) throw new TypeError('no number');
      if (sum + by > 5) throw new RuleViolation('full', 'no room', { room: 5 - sum });
      return by === 0 ? [] : [{ added: by }];
    },
  };
  const when = (by: number) =>
    specify(counter)
      .given([{ added: 3 }])
      .when({ by });

  it('passes what holds', () => {
    when(2).then([{ added: 2 }]);
    when(0).then([]);
    when(3).thenRefused('full');
    when(3).thenRefused('full', { room: 2 });
    when(Number.NaN).thenThrows('TypeError');
  });

  it('fails what does not', () => {
    expect(() => when(2).then([{ added: 1 }])).toThrow('other events');
    expect(() => when(2).then([])).toThrow('[{"added":2}]');
    expect(() => when(3).then([])).toThrow('no room');
    expect(() => when(2).thenRefused('full')).toThrow('not refused');
    expect(() => when(3).thenRefused('empty')).toThrow('another rule');
    expect(() => when(3).thenRefused('full', { room: 3 })).toThrow('other fields');
    expect(() => when(Number.NaN).thenRefused('full')).toThrow(TypeError);
    expect(() => when(2).thenThrows('TypeError')).toThrow('not thrown');
    expect(() => when(3).thenThrows('TypeError')).toThrow('not thrown');
  });
});
