import type { MetricPeriods, PeriodCells } from '../../libs/metrics/define.ts';

/** Every grain with the measure that counts a customer once in a period of it. */
export const activityCells = (
  on: string,
): Readonly<Record<'day' | 'week' | 'month' | 'quarter' | 'year', PeriodCells>> => ({
  day: { on, measure: 'activeDay' },
  week: { on, measure: 'activeWeek' },
  month: { on, measure: 'activeMonth' },
  quarter: { on, measure: 'activeQuarter' },
  year: { on, measure: 'activeYear' },
});

/** A customer counts on his first day in a period: that tells who was there by any day, but not who was there since one. */
export const onDay: MetricPeriods['answers'] = (_, cut) => !cut.from;
