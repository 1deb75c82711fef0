import { describe, expect, it } from '@jest/globals';
import { relayLag } from './relay-lag.ts';

describe('the lag of a subscriber', () => {
  it('is what it has not delivered yet', () => {
    expect(relayLag({ state: 'following', position: 40 }, 100)).toBe(60);
    expect(relayLag({ state: 'retrying', position: 40 }, 100)).toBe(60);
  });

  it('is never negative, though the head was read before', () => {
    expect(relayLag({ state: 'following', position: 101 }, 100)).toBe(0);
  });

  it('is unknown where another process delivers, or the log is away', () => {
    expect(relayLag({ state: 'standby', position: 0 }, 100)).toBeNull();
    expect(relayLag({ state: 'stopped', position: 0 }, 100)).toBeNull();
    expect(relayLag({ state: 'following', position: 40 }, null)).toBeNull();
  });
});
