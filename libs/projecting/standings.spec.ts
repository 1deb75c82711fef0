import { describe, expect, it } from '@jest/globals';
import { numberEntities } from './entity-numbers.ts';
import { rememberStandings, type Standings } from './standings.ts';

const remembering = (limit: number): Standings => rememberStandings(limit, numberEntities());

const settleAll = (standings: Standings, count: number): void => {
  for (let n = 0; n < count; n++) {
    standings.settle(String(n), n);
    standings.forgetOld();
  }
};

describe('rememberStandings', () => {
  it('remembers all up to half of its limit', () => {
    const standings = remembering(10);
    settleAll(standings, 4);
    expect([0, 1, 2, 3].map(n => standings.get(String(n))?.state)).toEqual([0, 1, 2, 3]);
  });

  it('holds no more than its limit after a commit', () => {
    const standings = remembering(10);
    settleAll(standings, 100);
    const held = Array.from({ length: 100 }, (_, n) => n).filter(n => standings.get(String(n)) !== undefined);
    expect(held.length).toBeLessThanOrEqual(10);
    expect(held.at(-1)).toBe(99);
  });

  it('forgets nothing before it is told to, however many there are', () => {
    const standings = remembering(10);
    for (let n = 0; n < 100; n++) standings.settle(String(n), n);
    expect(standings.get('0')?.state).toBe(0);
  });

  it('tells an entity that it has forgotten from one that it never knew', () => {
    const standings = remembering(10);
    settleAll(standings, 100);
    for (let n = 0; n < 100; n++)
      expect(standings.isForgotten({ entity: String(n) })).toBe(standings.get(String(n)) === undefined);
    expect(standings.isForgotten({ entity: 'new' })).toBe(false);
  });

  it('knows one again that comes back', () => {
    const standings = remembering(10);
    settleAll(standings, 100);
    standings.settle('0', 7);
    expect(standings.get('0')?.state).toBe(7);
    expect(standings.isForgotten({ entity: '0' })).toBe(false);
  });

  it('is one of several that go by the same numbers, each with its own', () => {
    const numbers = numberEntities();
    const [one, other] = [rememberStandings(10, numbers), rememberStandings(10, numbers)];
    one.settle('a', 1);
    other.settle('b', 2);
    const [a, b] = [{ entity: 'a' }, { entity: 'b' }];
    expect([one.of(a)?.state, one.of(b)?.state]).toEqual([1, undefined]);
    expect([other.of(a)?.state, other.of(b)?.state]).toEqual([undefined, 2]);
    expect([a, b]).toMatchObject([
      { entity: 'a', number: 0 },
      { entity: 'b', number: 1 },
    ]);
    expect(other.isForgotten(a)).toBe(false);
  });

  it('begins with a state that is not counted yet', () => {
    const standings = remembering(10);
    const kept = standings.begin({ entity: 'a' }, 5);
    expect(kept).toMatchObject({ id: 'a', state: 5, counted: undefined, dirty: true });
    expect(standings.get('a')).toBe(kept);
  });

  it('keeps what changed lately, and gives its newest state', () => {
    const standings = remembering(10);
    for (let n = 0; n < 100; n++) {
      standings.settle('busy', n);
      standings.settle(String(n), n);
      standings.forgetOld();
    }
    expect(standings.get('busy')?.state).toBe(99);
  });

  it('forgets nothing by being read', () => {
    const standings = remembering(4);
    for (const id of ['a', 'b', 'c']) standings.settle(id, 1);
    for (let n = 0; n < 20; n++) for (const id of ['a', 'b', 'c']) standings.get(id);
    expect(standings.get('a')).toBeDefined();
  });

  it('settles an entity in place: whoever holds it sees that its state is counted', () => {
    const standings = remembering(10);
    const kept = standings.begin({ entity: 'a' }, 2);
    kept.counted = 1;
    standings.settle('a', 2);
    expect(kept).toMatchObject({ id: 'a', state: 2, counted: 2, dirty: false });
  });
});
