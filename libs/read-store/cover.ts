import { daysOf, firstDay, periodAfter, type Days } from './days.ts';
import type { Grain } from './port.ts';

/** Rolled-up rows `from` ≤ bucket < `to` of one grain (`2018`, `2018-02`, `2018-02-03`); open where left out. */
export interface Span extends Days {
  readonly grain: Grain;
  /** Taken away instead of added. */
  readonly minus?: true;
}

const width = { day: 10, month: 7, year: 4 } as const;
const finer = { year: 'month', month: 'day' } as const;

/**
 * The fewest spans, none coarser than `coarsest`, that hold each day of the range exactly once.
 *
 * @example cover({ from: '2017-11-20', to: '2018-03-05' }, 'year')
 * // days from 2017-11-20, month 2017-12, months 2018-01 and 2018-02, days to 2018-03-04
 */
export const cover = (range: Days, coarsest: Grain): readonly Span[] => {
  const { from, to } = range;
  if (from !== undefined && to !== undefined && from >= to) return [];
  if (coarsest === 'day') return [span('day', from, to)];
  const first = from === undefined ? undefined : firstWhole(from, coarsest);
  const end = to?.slice(0, width[coarsest]);
  const none = from !== undefined && (first === undefined || (end !== undefined && first >= end));
  if (none) return cover(range, finer[coarsest]);
  const [left, right] = [first && firstDay(first), end && firstDay(end)];
  return [
    ...(from === left ? [] : cover(span('day', from, left), finer[coarsest])),
    span(coarsest, first, end),
    ...(to === right ? [] : cover(span('day', right, to), finer[coarsest])),
  ];
};

const span = (grain: Grain, from: string | undefined, to: string | undefined): Span => ({
  grain,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

/** The first month or year that begins on the day or later. */
const firstWhole = (day: string, grain: 'month' | 'year'): string | undefined => {
  const bucket = day.slice(0, width[grain]);
  return firstDay(bucket) === day ? bucket : periodAfter(bucket);
};

/**
 * The same days by fewer rows: where a span holds more than half of the days of a month, the month without the others.
 *
 * @example lessDays([{ grain: 'day', from: '2018-01-01', to: '2018-01-30' }])
 * // month 2018-01, minus days from 2018-01-30
 */
export const lessDays = (spans: readonly Span[]): readonly Span[] =>
  spans.flatMap(whole => {
    const { grain, from, to } = whole;
    if (grain !== 'day' || from === undefined || to === undefined) return [whole];
    const month = from.slice(0, width.month);
    const { from: first = from, to: after } = daysOf(month);
    if (after === undefined || to > after) return [whole];
    const [before, behind] = [span('day', first, from), span('day', to, after)];
    const others = [before, behind].filter(days => days.from !== days.to);
    const left = others.reduce((sum, days) => sum + length(days), 0);
    if (left >= length(whole)) return [whole];
    return [
      span('month', month, periodAfter(month)),
      ...others.map(days => ({ ...days, minus: true as const })),
    ];
  });

/** Days of a span within one month. */
const length = ({ from = '', to = '' }: Days): number =>
  (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
