import { describe, expect, it } from '@jest/globals';
import { createBell } from './bell.ts';

const longer = 60_000;

describe('a bell', () => {
  it('wakes who waits for it', async () => {
    const bell = createBell();
    const woken = bell.rung(longer);
    bell.ring();
    await woken;
  });

  it('remembers a ring that nobody waited for', async () => {
    const bell = createBell();
    bell.ring();
    await bell.rung(longer);
    // It goes on being rung until it is hushed.
    await bell.rung(longer);
  });

  it('lets nobody wait for longer than he wants to', async () => {
    const bell = createBell();
    bell.ring();
    bell.hush();
    const began = performance.now();
    await bell.rung(20);
    expect(performance.now() - began).toBeGreaterThan(15);
  });
});
