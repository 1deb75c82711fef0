import { judge } from './bands.ts';
import { fold, pointsAt, withEarlier, withMarks, type Folded, type Marks } from './marks.ts';
import { advance, leaving, pathTo, type Change, type Path } from './path.ts';
import { engagementAt, scoreAt } from './points.ts';
import type { Rules } from './rules.ts';

/** What was announced last, by its instant. */
export interface Said {
  readonly band: string;
  /** Epoch ms. */
  readonly at: number;
  /** How many announcements there were in all. */
  readonly count: number;
}

/** All that is kept of a lead's score: plain JSON, of bounded size. */
export interface Score {
  readonly marks: Marks;
  readonly folded?: Folded;
  readonly said?: Said;
  /** The band in force as of the last mark or announcement, whichever is later. */
  readonly band: string;
  /** Changes of the band up to then that are not announced yet: instants and places of bands by turns. */
  readonly unsaid?: readonly number[];
  /** When decay takes the lead out of that band after then, if nothing happens. Epoch ms. */
  readonly next?: number;
  /**
   * The score as of then, rounded down to a multiple of five: what lists sort by. It is not kept to the instant, because every
   * score sinks all the time.
   */
  readonly score: number;
}

/** A score at an instant. */
export interface ScoreNow {
  readonly score: number;
  readonly fit: number;
  readonly engagement: number;
  readonly band: string;
  /** When decay crosses a bound next, if nothing happens; null: never. Epoch ms. */
  readonly nextCrossing: number | null;
}

/** Marks that are kept one by one; of more, the older half is added up. */
const mostMarks = 100;
/** Steps of the score that lists sort by. */
const step = 5;

export const noScore = ({ model }: Rules): Score => ({
  marks: [],
  band: nameOf(model.bands, 0),
  score: 0,
});

/** The score after something happened that counts. In order of time it is quick; what comes late has the bands judged anew from there. */
export const happen = <S extends Score>(
  rules: Rules,
  score: S,
  at: number,
  codes: readonly number[],
  most = mostMarks,
): S => {
  if (codes.length === 0) return score;
  const { folded } = score;
  const end = endOf(score);
  if (folded !== undefined && at < folded.at) {
    const earlier = withEarlier(rules, folded, at, codes);
    const then = pointsAt(rules, { marks: [], folded: earlier }, earlier.at);
    const level = judge(rules.model.bands, earlier.level, scoreAt(rules, then, then.at));
    return judged(rules, { ...score, folded: { ...earlier, level } });
  }
  const marks = withMarks(score.marks, at, codes);
  if (end !== null && at <= end) return shortened(rules, judged(rules, { ...score, marks }), most);
  const { next = null } = score;
  const crossed = end !== null && next !== null && next < at;
  const from = { level: levelOf(rules, score.band), points: crossed ? pointsAt(rules, score, end) : null };
  const now = pointsAt(rules, folded ? { marks, folded } : { marks }, at);
  const { changes, level, points } = advance(rules, from, now, next);
  const unsaid = changes.length === 0 ? (score.unsaid ?? []) : [...(score.unsaid ?? []), ...changes.flat()];
  return shortened(rules, compact(rules, score, marks, { level, points }, unsaid), most);
};

/** The score after a change of its band was announced. */
export const announced = <S extends Score>(rules: Rules, score: S, band: string, at: number): S => {
  const { said } = score;
  const count = (said?.count ?? 0) + 1;
  const latest = said !== undefined && said.at > at ? { ...said, count } : { band, at, count };
  return judged(rules, { ...score, said: latest });
};

/** What is to be announced next; null when nothing will be. */
export const toAnnounce = (
  rules: Rules,
  score: Score,
): { readonly at: number; readonly from: string | null; readonly to: string } | null => {
  const { unsaid, next, said } = score;
  const from = said?.band ?? null;
  if (unsaid?.[0] !== undefined)
    return { at: unsaid[0], from, to: nameOf(rules.model.bands, unsaid[1] ?? 0) };
  if (next === undefined) return null;
  const value = scoreAt(rules, pointsAt(rules, score, next), next);
  const level = judge(rules.model.bands, levelOf(rules, score.band), value);
  return { at: next, from, to: nameOf(rules.model.bands, level) };
};

/** When something is to be announced next, epoch ms; null when nothing will be. */
export const dueAt = ({ unsaid, next }: Score): number | null => unsaid?.[0] ?? next ?? null;

/** The score at an instant: what happens later doesn't count. An instant before the marks that are kept one by one is taken as the first of them. */
export const scoreNow = (rules: Rules, score: Score, instant: number): ScoreNow => {
  const end = endOf(score);
  const isIn = end !== null && instant >= end && instant < (score.next ?? Infinity);
  const { level, points } = isIn
    ? { level: levelOf(rules, score.band), points: pointsAt(rules, score, instant) }
    : pathTo(rules, score, instant);
  return {
    score: scoreAt(rules, points, points.at),
    fit: points.fit,
    engagement: engagementAt(rules, points, points.at),
    band: nameOf(rules.model.bands, level),
    nextCrossing: isIn ? (score.next ?? null) : leaving(rules, points, level),
  };
};

/** Judges the bands anew from the first mark that is kept. */
const judged = <S extends Score>(rules: Rules, score: S): S => {
  const end = endOf(score);
  if (end === null) return score;
  const { folded, said } = score;
  const { changes, level, points } = pathTo(rules, score, end);
  // What was folded can't be judged again; its changes are known from then.
  const old = pairs(score.unsaid).filter(([at]) => folded !== undefined && at <= folded.at);
  const unsaid = toSay(rules, [...old, ...changes], said, folded);
  return compact(rules, score, score.marks, { level, points }, unsaid.flat());
};

/** The changes after what was said; before them, what was said is put right where it is not what it was. */
const toSay = (
  rules: Rules,
  changes: readonly Change[],
  said: Said | undefined,
  folded: Folded | undefined,
): readonly Change[] => {
  if (said === undefined) return changes;
  const after = changes.filter(([at]) => at > said.at);
  const before = changes.findLast(([at]) => at <= said.at);
  const level = before?.[1] ?? (folded === undefined ? 0 : said.at < folded.at ? undefined : folded.level);
  const right = level === undefined || nameOf(rules.model.bands, level) === said.band;
  return right ? after : [[said.at, level], ...after];
};

const shortened = <S extends Score>(rules: Rules, score: S, most: number): S => {
  const { marks } = score;
  if (marks.length <= 2 * most) return score;
  const cut = marks.at(-2 - 2 * Math.floor(most / 2)) ?? 0;
  return { ...score, ...fold(rules, score, cut, pathTo(rules, score, cut).level) };
};

const compact = <S extends Score>(
  rules: Rules,
  score: S,
  marks: Marks,
  { level, points }: Pick<Path, 'level' | 'points'>,
  changes: readonly number[],
): S => {
  const leaves = leaving(rules, points, level);
  const now: { -readonly [K in keyof Score]: Score[K] } = {
    ...score,
    marks,
    band: nameOf(rules.model.bands, level),
    score: Math.floor(scoreAt(rules, points, points.at) / step) * step,
  };
  if (changes.length > 0) now.unsaid = changes;
  else if (now.unsaid !== undefined) delete now.unsaid;
  if (leaves !== null) now.next = leaves;
  else if (now.next !== undefined) delete now.next;
  return now as S;
};

const endOf = ({ marks, folded, said }: Score): number | null => {
  const last = Math.max(marks.at(-2) ?? -Infinity, folded?.at ?? -Infinity, said?.at ?? -Infinity);
  return last === -Infinity ? null : last;
};

const pairs = (flat: readonly number[] = []): readonly Change[] =>
  flat.flatMap((at, place) => (place % 2 === 0 ? [[at, flat[place + 1] ?? 0] as const] : []));

const levelOf = ({ levelOf: levels }: Rules, band: string): number => levels.get(band) ?? 0;

const nameOf = (bands: Rules['model']['bands'], level: number): string => bands[level]?.name ?? '';
