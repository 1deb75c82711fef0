import { describe, expect, it } from '@jest/globals';
import { own, standing, type Standing } from './standing.ts';

type Fact = Parameters<typeof standing>[1];
const after = (...facts: readonly (readonly [Fact, number])[]): Standing | undefined =>
  facts.reduce<Standing | undefined>((known, [fact, at]) => standing(known, fact, at), undefined);

describe('how a deal stands', () => {
  it('is open when it was opened only', () => {
    expect(after(['opened', 5])).toEqual({ status: 'open' });
  });

  it('is what the latest fact says, in whatever order they come', () => {
    expect(after(['won', 5], ['reopened', 7], ['lost', 9])).toEqual({ status: 'lost', at: 9 });
    expect(after(['lost', 9], ['reopened', 7], ['won', 5])).toEqual({ status: 'lost', at: 9 });
    expect(after(['won', 5], ['reopened', 7])).toEqual({ status: 'open', at: 7 });
    expect(after(['reopened', 7], ['won', 5])).toEqual({ status: 'open', at: 7 });
  });

  it('is not changed by an opening that comes late or says a later time', () => {
    expect(after(['won', 5], ['opened', 1])).toEqual({ status: 'won', at: 5 });
    expect(after(['lost', 5], ['opened', 8])).toEqual({ status: 'lost', at: 5 });
    expect(after(['opened', 8], ['lost', 5])).toEqual({ status: 'lost', at: 5 });
  });

  it('of facts at the same instant is what the log took last', () => {
    expect(after(['won', 5], ['reopened', 5])).toEqual({ status: 'open', at: 5 });
    expect(after(['reopened', 5], ['won', 5])).toEqual({ status: 'won', at: 5 });
  });
});

describe('own', () => {
  it('knows nothing that a record only inherits', () => {
    expect(own({}, 'constructor')).toBeUndefined();
    expect(own(undefined, 'a')).toBeUndefined();
    const named: Readonly<Record<string, number>> = { ['__proto__']: 1, a: 2 };
    expect(own(named, '__proto__')).toBe(1);
    expect(own({ ...named }, '__proto__')).toBe(1);
  });
});
