import { describe, expect, it } from '@jest/globals';
import { BadRequest } from './bad-request.ts';
import { callerOf } from './caller.ts';
import { given, occurred } from './occurred.ts';

describe('callerOf', () => {
  it('takes a key of 1 to 255 visible characters', () => {
    expect(callerOf('captureLead', undefined, 'r1')).toEqual({
      command: 'captureLead',
      actor: 'api',
      correlationId: 'r1',
    });
    expect(callerOf('captureLead', '~'.repeat(255), 'r1').key).toHaveLength(255);
  });

  it('acts by the name of the API key', () => {
    expect(callerOf('captureLead', 'k', 'r1', 'shop')).toMatchObject({ actor: 'shop', key: 'k' });
  });

  it.each([[''], ['a b'], ['ä'], ['x'.repeat(256)], ['a\u007f'], [['a', 'b']]])('refuses %j', key => {
    expect(() => callerOf('captureLead', key, 'r1')).toThrow(BadRequest);
  });
});

describe('occurred', () => {
  const now = Date.UTC(2018, 2, 1);

  it('leaves out what was left out, so that a repeat is the same command', () => {
    expect(occurred(undefined, now)).toEqual({});
    expect(given({ a: undefined, b: null, c: 0 })).toEqual({ b: null, c: 0 });
  });

  it('takes a day ahead and no more', () => {
    expect(occurred('2018-03-02T00:00:00Z', now)).toEqual({ occurredAt: Date.UTC(2018, 2, 2) });
    expect(() => occurred('2018-03-02T00:00:00.001Z', now)).toThrow(
      'occurredAt may not be more than a day ahead',
    );
  });
});
