import { describe, expect, it } from '@jest/globals';
import type { Standing } from './fold.ts';
import { rememberStandings } from './standings.ts';

const standing = (state: number): Standing => ({ state, cells: [], due: null, quality: [] });

describe('rememberStandings', () => {
  it('remembers all up to its half limit', () => {
    const standings = rememberStandings(10);
    for (let n = 0; n < 4; n++) standings.set(String(n), standing(n));
    expect([0, 1, 2, 3].map(n => standings.get(String(n))?.state)).toEqual([0, 1, 2, 3]);
    expect(standings.complete()).toBe(true);
  });

  it('says so once it has forgotten something, and never holds more than its limit', () => {
    const standings = rememberStandings(10);
    for (let n = 0; n < 100; n++) standings.set(String(n), standing(n));
    const held = Array.from({ length: 100 }, (_, n) => n).filter(n => standings.get(String(n)) !== undefined);
    expect(standings.complete()).toBe(false);
    expect(held.length).toBeLessThanOrEqual(10);
    expect(held.at(-1)).toBe(99);
  });

  it('keeps what changed lately, and gives its newest standing', () => {
    const standings = rememberStandings(10);
    for (let n = 0; n < 100; n++) {
      standings.set('busy', standing(n));
      standings.set(String(n), standing(n));
    }
    expect(standings.get('busy')?.state).toBe(99);
  });

  it('forgets nothing by being read', () => {
    const standings = rememberStandings(4);
    for (const id of ['a', 'b', 'c']) standings.set(id, standing(1));
    for (let n = 0; n < 20; n++) for (const id of ['a', 'b', 'c']) standings.get(id);
    expect(standings.get('a')).toBeDefined();
  });
});
