import { describe, expect, it } from '@jest/globals';
import { judge } from './bands.ts';

const bands = [
  { name: 'cold', from: 0, below: 0 },
  { name: 'warm', from: 25, below: 20 },
  { name: 'hot', from: 60, below: 50 },
];
const [cold, warm, hot] = [0, 1, 2];

describe('judge', () => {
  it.each([
    ['stays cold to the bound', cold, 24.999_999, cold],
    ['becomes warm at the bound', cold, 25, warm],
    ['jumps from cold to hot', cold, 60, hot],
    ['stays warm in between', warm, 59.999, warm],
    ['stays warm down to its lower bound', warm, 20, warm],
    ['is cold again below it', warm, 19.999_999, cold],
    ['stays hot down to its lower bound', hot, 50, hot],
    ['is warm again below it', hot, 49.999_999, warm],
    ['stays warm when it was hot and is above what made it warm no more', hot, 22, warm],
    ['falls through', hot, 3, cold],
    ['has no band below the lowest', cold, 0, cold],
  ])('%s', (_, from, score, to) => {
    expect(judge(bands, from, score)).toBe(to);
  });
});
