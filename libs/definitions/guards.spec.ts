import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { guardGlobals, NotPure } from './guards.ts';

/** A global scope of its own. */
const newScope = (): typeof globalThis => runInContext('globalThis', createContext({})) as typeof globalThis;
const within = (scope: object, code: string): unknown =>
  (scope as { readonly eval: (code: string) => unknown }).eval(code);

describe('guards', () => {
  it.each([
    ['Date.now()', 'read the clock; use event.occurredAt'],
    ['new Date()', 'read the clock'],
    ['Date()', 'read the clock'],
    ['new Date(0).constructor.now()', 'read the clock'],
    ['performance.now()', 'read the clock'],
    ['Math.random()', 'use randomness'],
    ['crypto.randomUUID()', 'use randomness'],
    ['crypto.getRandomValues([])', 'use randomness'],
    ['setTimeout(() => 1, 1)', 'use timers'],
    ['setInterval(() => 1, 1)', 'use timers'],
    ['setImmediate(() => 1)', 'use timers'],
    ['queueMicrotask(() => 1)', 'use timers'],
    ['fetch("http://127.0.0.1")', 'use the network'],
    ['new WebSocket("ws://127.0.0.1")', 'use the network'],
    ['process.env.HOME', 'look at the process'],
    ['process.hrtime()', 'look at the process'],
    ['new Uint8Array(1e9)', 'use binary buffers'],
    ['new ArrayBuffer(8)', 'use binary buffers'],
    ['Buffer.alloc(8)', 'use binary buffers'],
    ['require("fs")', 'load modules while it runs'],
  ])('refuse %s', (code, sentence) => {
    const scope = newScope();
    const evaluate = (scope as { readonly eval: (code: string) => unknown }).eval;
    guardGlobals(scope);
    expect(() => evaluate(code)).toThrow(NotPure);
    expect(() => evaluate(code)).toThrow(`a projection may not ${sentence}`);
  });

  it.each([
    ['new Date(86400000).toISOString()', '1970-01-02T00:00:00.000Z'],
    ['new Date("2026-01-31").getTime()', Date.UTC(2026, 0, 31)],
    ['new Date(2026, 0, 31) instanceof Date', true],
    ['Date.UTC(2026, 0, 31)', Date.UTC(2026, 0, 31)],
    ['Date.parse("2026-01-31")', Date.UTC(2026, 0, 31)],
    ['class Day extends Date {}; new Day(0) instanceof Day', true],
    ['Math.max(1, 2)', 2],
    ['JSON.stringify([new Date(0)])', '["1970-01-01T00:00:00.000Z"]'],
    ['typeof process', 'function'],
  ])('leave %s as it is', (code, value) => {
    const scope = newScope();
    const evaluate = (scope as { readonly eval: (code: string) => unknown }).eval;
    guardGlobals(scope);
    expect(evaluate(code)).toBe(value);
  });

  it('are lifted for a moment, also when that fails', () => {
    const scope = newScope();
    const { now } = scope.Date;
    const guards = guardGlobals(scope);
    expect(guards.without(() => scope.Date.now === now)).toBe(true);
    expect(guards.without(() => within(scope, 'typeof new Uint8Array(1)'))).toBe('object');
    expect(() =>
      guards.without(() => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(() => scope.Date.now()).toThrow(NotPure);
    expect('fetch' in scope).toBe(true);
    expect(guards.without(() => 'fetch' in scope)).toBe(false);
  });
});
