import { judge } from './bands.ts';
import { crossing } from './crossing.ts';
import { addUpTo, tallyOf, type Kept } from './marks.ts';
import { decayed, scoreAt, type Points } from './points.ts';
import type { Rules } from './rules.ts';

/** A band came into force: its place from the lowest, and since when (epoch ms). */
export type Change = readonly [at: number, level: number];

/** How a lead goes through the bands up to an instant. */
export interface Path {
  readonly changes: readonly Change[];
  /** Place of the band in force at the end. */
  readonly level: number;
  /** What the score is made of at the end. */
  readonly points: Points;
}

/** When decay takes a lead out of its band, if nothing happens; null: never. Epoch ms. */
export const leaving = (rules: Rules, points: Points, level: number): number | null =>
  level === 0 ? null : crossing(rules, points, rules.model.bands[level]?.below ?? 0);

/**
 * Goes on from one instant to another at which something may have happened, and judges the score there. Decay that crosses
 * a bound in between changes the band at the very millisecond; what happens at that millisecond counts first.
 *
 * @param next when decay takes the lead out of its band, where that is known
 */
export const advance = (
  rules: Rules,
  from: { readonly level: number; readonly points: Points | null },
  points: Points,
  next?: number | null,
): Path => {
  const { bands } = rules.model;
  const changes: Change[] = [];
  let { level, points: before } = from;
  let leaves = next;
  while (before !== null && level > 0) {
    if (leaves === undefined) {
      const below = bands[level]?.below ?? 0;
      if (points.at - 1 <= before.at || scoreAt(rules, before, points.at - 1) >= below) break;
      leaves = leaving(rules, before, level);
    }
    if (leaves === null || leaves >= points.at) break;
    level = judge(bands, level, scoreAt(rules, before, leaves));
    changes.push([leaves, level]);
    before = decayed(rules, before, leaves);
    leaves = undefined;
  }
  const now = judge(bands, level, scoreAt(rules, points, points.at));
  if (now !== level) changes.push([points.at, now]);
  return { changes, level: now, points };
};

/** The way from the first mark that is kept up to an instant. */
export const pathTo = (rules: Rules, kept: Kept, instant: number): Path => {
  const { marks, folded } = kept;
  const changes: Change[] = [];
  const tally = tallyOf(rules, kept);
  let at: { level: number; points: Points | null } = { level: folded?.level ?? 0, points: null };
  const go = (to: number): Path => {
    const gone = advance(rules, at, addUpTo(rules, kept, tally, to));
    changes.push(...gone.changes);
    at = gone;
    return gone;
  };
  if (folded !== undefined && folded.at < instant) go(folded.at);
  for (let place = 0; place < marks.length; place += 2) {
    const then = marks[place] ?? 0;
    if (then >= instant) break;
    if (then !== marks[place + 2]) go(then);
  }
  return { ...go(instant), changes };
};
