import { decayed, fitOf, type Points } from './points.ts';
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
  const added = codes.flatMap(code => [at, code]);
  return place === marks.length
    ? [...marks, ...added]
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

/**
 * Adds marks up, instant by instant: always in the same steps, so that the same marks give the same number to the last bit,
 * wherever else one looks in between.
 */
export interface Running {
  /** What the marks up to an instant come to then; instants have to ascend. One before what was folded is as if it were that one. */
  readonly at: (instant: number) => Points;
  readonly fit: () => Folded['fit'];
}

export const running = (rules: Rules, { marks, folded }: Kept): Running => {
  const { engagement } = rules;
  const sums = engagement.map((_, number) => folded?.sums[number] ?? 0);
  const fit = rules.fit.map((_, number): Folded['fit'][number] => folded?.fit[number] ?? [null, false]);
  const holds = (number: number): boolean => fit[number]?.[1] ?? false;
  let fitPoints = fitOf(rules, holds);
  let now = folded?.at ?? marks[0] ?? 0;
  let place = 0;

  const decay = (to: number): void => {
    for (const [number, { halfLifeMs }] of engagement.entries())
      if (sums[number] !== 0) sums[number] = (sums[number] ?? 0) * 2 ** ((now - to) / halfLifeMs);
    now = to;
  };

  const at = (instant: number): Points => {
    let stated = false;
    for (; place < marks.length && (marks[place] ?? 0) <= instant; place += 2) {
      const [then = 0, code = 0] = [marks[place], marks[place + 1]];
      if (then > now) decay(then);
      const rule = code < 0 ? undefined : engagement[code];
      if (rule) sums[code] = (sums[code] ?? 0) + rule.points;
      else {
        fit[fitRule(code)] = [then, fitHolds(code)];
        stated = true;
      }
    }
    if (stated) fitPoints = fitOf(rules, holds);
    const from = { at: now, sums: [...sums], fit: fitPoints };
    return instant > now ? decayed(rules, from, instant) : from;
  };
  return { at, fit: () => fit };
};

/** What the marks up to an instant come to then; of an instant before what was folded, as if it were that one. */
export const pointsAt = (rules: Rules, kept: Kept, instant: number): Points =>
  running(rules, kept).at(instant);

/** The same with all marks up to an instant folded, where the band in force then is known. */
export const fold = (rules: Rules, kept: Kept, instant: number, level: number): Kept => {
  const sums = running(rules, kept);
  const { at, sums: total } = sums.at(instant);
  const first = kept.marks.findIndex((then, place) => place % 2 === 0 && then > at);
  return {
    marks: first < 0 ? [] : kept.marks.slice(first),
    folded: { at, sums: total, fit: sums.fit(), level },
  };
};
