import type { CellQuery, CellSchema, DimensionValue, Entity, QualityFinding } from '../read-store/port.ts';
import type { MetricAnswer } from './define.ts';

const shown = 20;

/** Findings that concern the query's cells, by reason: how many entities, and the first of them by id. */
export const summarize = (
  entities: readonly Entity[],
  qualityOf: (entity: Entity) => readonly QualityFinding[],
  query: CellQuery,
  dimensions: CellSchema['dimensions'],
): MetricAnswer['quality'] => {
  const reasons = new Map<string, { readonly kept: boolean; readonly ids: Set<string> }>();
  for (const entity of entities) {
    for (const { reason, kept, cell } of qualityOf(entity)) {
      if (!concerns(cell, query, dimensions)) continue;
      const known = reasons.get(reason);
      if (known) known.ids.add(entity.id);
      else reasons.set(reason, { kept, ids: new Set([entity.id]) });
    }
  }
  return [...reasons]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, { kept, ids }]) => ({
      reason,
      count: ids.size,
      kept,
      entities: [...ids].slice(0, shown),
    }));
};

/** A finding without a value for a dimension may belong to any, so that dimension doesn't rule it out. */
const concerns = (
  cell: QualityFinding['cell'],
  { where, range }: CellQuery,
  dimensions: CellSchema['dimensions'],
): boolean => {
  for (const [dimension, values] of Object.entries(where)) {
    const value = cell[dimension];
    const isIn = dimensions[dimension] === 'day' ? isDayOf : Object.is;
    if (value !== undefined && !values.some(wanted => isIn(value, wanted))) return false;
  }
  const day = range === undefined ? undefined : cell[range.dimension];
  if (range === undefined || day === undefined) return true;
  return typeof day === 'string' && day >= (range.from ?? '') && day < (range.to ?? '~');
};

/** Whether a day is one of a day, month or year. */
const isDayOf = (day: DimensionValue, period: DimensionValue): boolean =>
  day !== null && String(day).startsWith(String(period));
