import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createSeen } from './seen.ts';

describe('what was seen of the log’s end', () => {
  it('is nothing at first', () => {
    expect(createSeen().within(1_000_000)).toBeNull();
  });

  it('is the furthest position, which an older answer does not move', () => {
    const seen = createSeen();
    seen.note(20);
    seen.note(10);
    expect(seen.within(1_000)).toBe(20);
  });

  it('is forgotten after its time, also where older answers came since', async () => {
    const seen = createSeen();
    seen.note(20);
    await pause(30);
    seen.note(10);
    expect(seen.within(20)).toBeNull();
    seen.note(20);
    expect(seen.within(20)).toBe(20);
  });
});
