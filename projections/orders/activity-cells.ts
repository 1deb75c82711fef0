import type { MetricPeriods, PeriodCells } from '../../libs/metrics/define.ts';

/** Every grain with the measures that count a customer once in a period of it. */
export const activityCells = (
  on: string,
): Readonly<Record<'day' | 'week' | 'month' | 'quarter' | 'year', PeriodCells>> => ({
  day: { on, measure: 'activeDay' },
  week: { on, measure: 'activeWeek', since: 'lastInWeek' },
  month: { on, measure: 'activeMonth', since: 'lastInMonth' },
  quarter: { on, measure: 'activeQuarter', since: 'lastInQuarter' },
  year: { on, measure: 'activeYear', since: 'lastInYear' },
});

/** First days tell who was there by any day, last days who was there since one; neither tells who was there in the middle. */
export const onDays: MetricPeriods['answers'] = (_, cut) => !cut.both;
