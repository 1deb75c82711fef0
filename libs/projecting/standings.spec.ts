import { describe, expect, it } from '@jest/globals';
import { rememberStandings, type Standings } from './standings.ts';

const settleAll = (standings: Standings, count: number): void => {
  for (let n = 0; n < count; n++) {
    standings.settle(String(n), n);
    standings.forgetOld();
  }
};

describe('rememberStandings', () => {
  it('remembers all up to half of its limit', () => {
    const standings = rememberStandings(10);
    settleAll(standings, 4);
    expect([0, 1, 2, 3].map(n => standings.get(String(n))?.state)).toEqual([0, 1, 2, 3]);
  });

  it('holds no more than its limit after a commit', () => {
    const standings = rememberStandings(10);
    settleAll(standings, 100);
    const held = Array.from({ length: 100 }, (_, n) => n).filter(n => standings.get(String(n)) !== undefined);
    expect(held.length).toBeLessThanOrEqual(10);
    expect(held.at(-1)).toBe(99);
  });

  it('forgets nothing before it is told to, however many there are', () => {
    const standings = rememberStandings(10);
    for (let n = 0; n < 100; n++) standings.settle(String(n), n);
    expect(standings.get('0')?.state).toBe(0);
  });

  it('tells an entity that it has forgotten from one that it never knew', () => {
    const standings = rememberStandings(10);
    settleAll(standings, 100);
    for (let n = 0; n < 100; n++)
      expect(standings.mayBeForgotten(String(n))).toBe(standings.get(String(n)) === undefined);
    expect(standings.mayBeForgotten('new')).toBe(false);
  });

  it('knows one again that comes back', () => {
    const standings = rememberStandings(10);
    settleAll(standings, 100);
    standings.settle('0', 7);
    expect(standings.get('0')?.state).toBe(7);
    expect(standings.mayBeForgotten('0')).toBe(false);
  });

  it('takes each for forgotten once there are too many to tell', () => {
    const standings = rememberStandings(10, 50);
    settleAll(standings, 50);
    expect(standings.mayBeForgotten('new')).toBe(false);
    settleAll(standings, 100);
    expect(standings.mayBeForgotten('new')).toBe(true);
    settleAll(standings, 200);
    expect(standings.get('199')?.state).toBe(199);
    expect(standings.get('0')).toBeUndefined();
  });

  it('keeps what changed lately, and gives its newest state', () => {
    const standings = rememberStandings(10);
    for (let n = 0; n < 100; n++) {
      standings.settle('busy', n);
      standings.settle(String(n), n);
      standings.forgetOld();
    }
    expect(standings.get('busy')?.state).toBe(99);
  });

  it('forgets nothing by being read', () => {
    const standings = rememberStandings(4);
    for (const id of ['a', 'b', 'c']) standings.settle(id, 1);
    for (let n = 0; n < 20; n++) for (const id of ['a', 'b', 'c']) standings.get(id);
    expect(standings.get('a')).toBeDefined();
  });

  it('settles an entity in place: whoever holds it sees that its state is counted', () => {
    const standings = rememberStandings(10);
    const kept = { id: 'a', state: 2, counted: 1, dirty: true, age: -1 };
    standings.put(kept);
    standings.settle('a', 2);
    expect(kept).toMatchObject({ id: 'a', state: 2, counted: 2, dirty: false });
  });
});
