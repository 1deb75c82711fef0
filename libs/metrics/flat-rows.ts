import type { MetricAnswer, MetricRow } from './define.ts';

/**
 * An answer's rows as a table has them: the group and the numbers side by side, and a list of numbers as a column each.
 *
 * @example
 * flatRows(answer); // of a cohort: { cohort: '2018-01', size: 5, 'active+0': 5, 'active+1': 2 }
 */
export const flatRows = ({
  rows,
}: Pick<MetricAnswer, 'rows'>): readonly Readonly<Record<string, unknown>>[] =>
  rows.map(({ by, ...values }) => {
    const flat: Record<string, unknown> = { ...by };
    for (const [name, value] of Object.entries(values as MetricRow))
      if (isNumbers(value)) value.forEach((one, index) => (flat[`${name}+${index}`] = one));
      else flat[name] = value;
    return flat;
  });

const isNumbers = (value: MetricRow[string] | undefined): value is readonly number[] =>
  Array.isArray(value) && typeof value[0] === 'number';
