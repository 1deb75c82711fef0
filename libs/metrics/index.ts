export { createAnswers, type Answers } from './answers.ts';
export type {
  Metric,
  MetricAnswer,
  MetricCells,
  MetricDimension,
  MetricFrame,
  MetricParameter,
  MetricPeriod,
  MetricPeriods,
  MetricQuery,
  MetricRow,
  MetricValue,
  PeriodCells,
} from './define.ts';
export { InvalidQuery } from './errors.ts';
export { flatRows } from './flat-rows.ts';
export { noFrame } from './framing.ts';
export { distribution, percentile, ratio, type Count, type Distribution } from './numbers.ts';
export { queryMetric, type MetricReads, type Querying, type Scan } from './query.ts';
