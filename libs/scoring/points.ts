import { highest } from './model.ts';
import type { Rules } from './rules.ts';

/** What a score is made of at an instant. */
export interface Points {
  /** Epoch ms. */
  readonly at: number;
  /** Decayed points per engagement rule, before caps. */
  readonly sums: readonly number[];
  /** Points of fit, after caps. */
  readonly fit: number;
}

/** Fit points of the rules that hold, after the caps of their groups. */
export const fitOf = ({ fit, groupCaps }: Rules, holds: (rule: number) => boolean): number => {
  const groups = groupCaps.map(() => 0);
  let free = 0;
  for (const [number, { points, group }] of fit.entries()) {
    if (!holds(number)) continue;
    if (group < 0) free += points;
    else groups[group] = (groups[group] ?? 0) + points;
  }
  return groups.reduce((sum, points, group) => sum + Math.min(points, groupCaps[group] ?? 0), free);
};

/**
 * Engagement at an instant not before the points': Σ points × 2^(−age / half-life), each rule and then each group at most its
 * cap.
 */
export const engagementAt = (
  { engagement, groupCaps }: Rules,
  { at, sums }: Points,
  instant: number,
): number => {
  const groups = groupCaps.map(() => 0);
  let free = 0;
  for (const [number, sum] of sums.entries()) {
    const rule = engagement[number];
    if (sum === 0 || rule === undefined) continue;
    const points = Math.min(rule.cap, sum * 2 ** ((at - instant) / rule.halfLifeMs));
    if (rule.group < 0) free += points;
    else groups[rule.group] = (groups[rule.group] ?? 0) + points;
  }
  return groups.reduce((sum, points, group) => sum + Math.min(points, groupCaps[group] ?? 0), free);
};

/** Fit plus engagement, at most 100. */
export const scoreAt = (rules: Rules, points: Points, instant: number): number =>
  Math.min(highest, points.fit + engagementAt(rules, points, instant));

/** The same points at a later instant. */
export const decayed = ({ engagement }: Rules, { at, sums, fit }: Points, instant: number): Points => ({
  at: instant,
  sums: sums.map((sum, number) => sum * 2 ** ((at - instant) / (engagement[number]?.halfLifeMs ?? 1))),
  fit,
});
