import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { numberEntities } from './entity-numbers.ts';

describe('numbers of entities', () => {
  it('are given in the order in which entities are met, and stay', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '__proto__', 'constructor', '')), ids => {
        const numbers = numberEntities();
        const met = [...new Set(ids)];
        expect(ids.map(numbers.of)).toEqual(ids.map(id => met.indexOf(id)));
        expect(met.map(numbers.find)).toEqual([...met.keys()]);
      }),
    );
  });

  it('are not given by being looked for', () => {
    const numbers = numberEntities();
    expect(numbers.find('a')).toBeUndefined();
    expect(numbers.of('b')).toBe(0);
  });

  it('are noted in what is asked for, and looked up again where somebody else gave them', () => {
    const [one, other] = [numberEntities(), numberEntities()];
    other.of('a');
    const event = { entity: 'b' };
    expect([one.note(event), one.note(event), one.find('b')]).toEqual([0, 0, 0]);
    expect([other.note(event), one.note(event)]).toEqual([1, 0]);
    expect(event).toMatchObject({ entity: 'b', number: 0 });
  });

  it('are full once there are as many as they may be, and go on', () => {
    const numbers = numberEntities(2);
    numbers.of('a');
    expect(numbers.isFull()).toBe(false);
    numbers.of('b');
    expect([numbers.isFull(), numbers.of('c'), numbers.of('a')]).toEqual([true, 2, 0]);
  });
});
