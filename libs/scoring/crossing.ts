import { engagementAt, scoreAt, type Points } from './points.ts';
import type { Rules } from './rules.ts';

/**
 * The first millisecond after the points' instant at which the score is below a bound though nothing happens; null when
 * it never is. At the points' instant it must not be below.
 */
export const crossing = (rules: Rules, points: Points, bound: number): number | null => {
  const wanted = bound - points.fit;
  if (wanted <= 0) return null;
  const isBelow = (instant: number): boolean => scoreAt(rules, points, instant) < bound;
  let low = points.at;
  let high = upperBound(rules, points, wanted);
  // Rounding may leave the bound a moment short.
  for (let step = 1; !isBelow(high); step *= 2) high += step;
  // Engagement is nearly a straight line in its logarithm, and falls all the time: a guess, a look close by, and a halving.
  const line = (instant: number): number => Math.log2(engagementAt(rules, points, instant) / wanted);
  const look = (instant: number): void => {
    if (instant <= low || instant >= high) return;
    if (isBelow(instant)) high = instant;
    else low = instant;
  };
  while (high - low > 1) {
    const [above, beneath] = [line(low), line(high)];
    const share = above - beneath > 0 ? above / (above - beneath) : 0.5;
    // Always between them: so close to the bound that rounding decides, the line may cross it elsewhere.
    const guess = Math.min(high - 1, Math.max(low + 1, low + Math.round((high - low) * share)));
    const near = 1 + Math.floor((high - low) / 4_096);
    look(guess);
    look(high === guess ? guess - near : guess + near);
    if (high - low > 2 * near) look(low + Math.floor((high - low) / 2));
  }
  return high;
};

/** With every rule as slow as the slowest, and none capped, engagement would be what is wanted then. */
const upperBound = ({ engagement }: Rules, { at, sums }: Points, wanted: number): number => {
  let total = 0;
  let slowest = 0;
  for (const [number, sum] of sums.entries()) {
    if (sum === 0) continue;
    total += sum;
    slowest = Math.max(slowest, engagement[number]?.halfLifeMs ?? 0);
  }
  return at + 1 + Math.max(0, Math.ceil(slowest * Math.log2(total / wanted)));
};
