import { decay, decayed, fitOf, type Points } from './points.ts';
import type { Rules } from './rules.ts';

/**
 * What happened to a lead that its score goes by: instants (epoch ms) and codes by turns, in order of time. A code from 0
 * on is the engagement rule of that number; −1 − 2n says that fit rule n holds from then on, −2 − 2n that it doesn't.
 */
export type Marks = readonly number[];

/** The oldest marks, added up: what they come to at an instant that no mark is before. */
export interface Folded {
  /** Epoch ms. */
  readonly at: number;
  /** Decayed points per engagement rule. */
  readonly sums: readonly number[];
  /** Per fit rule, when its field was stated last (null: never), and whether the rule holds. */
  readonly fit: readonly (readonly [at: number | null, holds: boolean])[];
  /** Place of the band in force. */
  readonly level: number;
}

export interface Kept {
  readonly marks: Marks;
  readonly folded?: Folded;
}

/** The codes of an event: of a touchpoint the rules that count it, of a statement about the lead the rules that judge it. */
export const codesOf = (
  rules: Rules,
  event: { readonly type: string; readonly data: unknown },
): readonly number[] => {
  const data = event.data as Readonly<Record<string, unknown>>;
  if (!profileEvents.has(event.type))
    return (rules.byType.get(event.type) ?? none).filter(number => rules.engagement[number]?.matches(data));
  return rules.fit.flatMap(({ stated }, number) => {
    const holds = stated(data);
    return holds === null ? [] : [holds ? -1 - 2 * number : -2 - 2 * number];
  });
};

const none: readonly number[] = [];
const profileEvents: ReadonlySet<string> = new Set(['LeadCaptured', 'LeadRecaptured', 'LeadProfileUpdated']);

const fitRule = (code: number): number => (-1 - code) >> 1;
const fitHolds = (code: number): boolean => code % 2 !== 0;

/** Marks with an event's codes put in: after those of the same instant. */
export const withMarks = (marks: Marks, at: number, codes: readonly number[]): Marks => {
  let place = marks.length;
  while (place > 0 && (marks[place - 2] ?? 0) > at) place -= 2;
  const added: number[] = [];
  for (const code of codes) added.push(at, code);
  return place === marks.length
    ? marks.concat(added)
    : [...marks.slice(0, place), ...added, ...marks.slice(place)];
};

/** What was folded, with an event from before it. */
export const withEarlier = (rules: Rules, folded: Folded, at: number, codes: readonly number[]): Folded => {
  const sums = [...folded.sums];
  const fit = [...folded.fit];
  for (const code of codes) {
    const rule = code < 0 ? undefined : rules.engagement[code];
    if (rule) sums[code] = (sums[code] ?? 0) + rule.points * 2 ** ((at - folded.at) / rule.halfLifeMs);
    else if (at >= (fit[fitRule(code)]?.[0] ?? -Infinity)) fit[fitRule(code)] = [at, fitHolds(code)];
  }
  return { ...folded, sums, fit };
};

/** Marks on the way of being added up. */
export interface Tally {
  /** Instant of the last mark that is in, epoch ms. */
  now: number;
  /** Place of the next mark. */
  place: number;
  readonly sums: number[];
  readonly fit: Folded['fit'][number][];
}

export const tallyOf = (rules: Rules, { marks, folded }: Kept): Tally => ({
  now: folded?.at ?? marks[0] ?? 0,
  place: 0,
  sums: folded ? folded.sums.slice() : rules.engagement.map(() => 0),
  fit: folded ? folded.fit.slice() : rules.fit.map(() => unstated),
});

const unstated: Folded['fit'][number] = [null, false];

/**
 * Adds marks up to an instant, always in the same steps, so that the same marks give the same number to the last bit wherever else
 * one looks in between. Instants have to ascend; one before what was folded is taken as that one.
 */
export const addUpTo = (rules: Rules, { marks }: Kept, tally: Tally, instant: number): Points => {
  const { engagement } = rules;
  const { sums, fit } = tally;
  for (; tally.place < marks.length && (marks[tally.place] ?? 0) <= instant; tally.place += 2) {
    const then = marks[tally.place] ?? 0;
    const code = marks[tally.place + 1] ?? 0;
    if (then > tally.now) {
      decay(rules, sums, then - tally.now);
      tally.now = then;
    }
    if (code < 0) fit[fitRule(code)] = [then, fitHolds(code)];
    else sums[code] = (sums[code] ?? 0) + (engagement[code]?.points ?? 0);
  }
  const points = { at: tally.now, sums: sums.slice(), fit: fitOf(rules, fit) };
  return instant > tally.now ? decayed(rules, points, instant) : points;
};

/** What the marks up to an instant come to then; of an instant before what was folded, as if it were that one. */
export const pointsAt = (rules: Rules, kept: Kept, instant: number): Points =>
  addUpTo(rules, kept, tallyOf(rules, kept), instant);

/** The same with all marks up to an instant folded, where the band in force then is known. */
export const fold = (rules: Rules, kept: Kept, instant: number, level: number): Kept => {
  const tally = tallyOf(rules, kept);
  const { at, sums } = addUpTo(rules, kept, tally, instant);
  return { marks: kept.marks.slice(tally.place), folded: { at, sums, fit: tally.fit, level } };
};
