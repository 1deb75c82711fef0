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
export const fitOf = (
  rules: Rules,
  holds: readonly (readonly [at: number | null, holds: boolean])[],
): number => {
  const groups = rules.groupCaps.map(() => 0);
  let free = 0;
  for (let number = 0; number < holds.length; number++) {
    const rule = rules.fit[number];
    if (rule === undefined || holds[number]?.[1] !== true) continue;
    if (rule.group < 0) free += rule.points;
    else groups[rule.group] = (groups[rule.group] ?? 0) + rule.points;
  }
  return capped(rules, groups, free);
};

/**
 * Engagement at an instant not before the points': Σ points × 2^(−age / half-life), each rule and then each group at most its
 * cap.
 */
export const engagementAt = (rules: Rules, { at, sums }: Points, instant: number): number => {
  const groups = rules.groupCaps.map(() => 0);
  let free = 0;
  for (let number = 0; number < sums.length; number++) {
    const sum = sums[number] ?? 0;
    const rule = rules.engagement[number];
    if (sum === 0 || rule === undefined) continue;
    const points = Math.min(rule.cap, at === instant ? sum : sum * 2 ** ((at - instant) / rule.halfLifeMs));
    if (rule.group < 0) free += points;
    else groups[rule.group] = (groups[rule.group] ?? 0) + points;
  }
  return capped(rules, groups, free);
};

const capped = ({ groupCaps }: Rules, groups: readonly number[], free: number): number => {
  let sum = free;
  for (let group = 0; group < groups.length; group++)
    sum += Math.min(groups[group] ?? 0, groupCaps[group] ?? 0);
  return sum;
};

/** Fit plus engagement, at most 100. */
export const scoreAt = (rules: Rules, points: Points, instant: number): number =>
  Math.min(highest, points.fit + engagementAt(rules, points, instant));

/** The same points at a later instant. */
export const decayed = (rules: Rules, { at, sums, fit }: Points, instant: number): Points => {
  const later = [...sums];
  decay(rules, later, instant - at);
  return { at: instant, sums: later, fit };
};

/** Lets sums per engagement rule decay, in place. */
export const decay = ({ engagement }: Rules, sums: number[], ms: number): void => {
  for (let number = 0; number < sums.length; number++) {
    const sum = sums[number] ?? 0;
    if (sum !== 0) sums[number] = sum * 2 ** (-ms / (engagement[number]?.halfLifeMs ?? 1));
  }
};
