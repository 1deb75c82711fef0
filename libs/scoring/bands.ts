import type { Band } from './model.ts';

/** The band (by place, from the lowest) of whoever was in one and now has a score: hysteresis keeps it between its two bounds. */
export const judge = (bands: readonly Band[], level: number, score: number): number => {
  let now = level;
  for (let up = bands.length - 1; up > now; up--) if (score >= (bands[up]?.from ?? 0)) now = up;
  while (now > 0 && score < (bands[now]?.below ?? 0)) now--;
  return now;
};
