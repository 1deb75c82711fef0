import type { Where } from '../../../libs/projecting/port.ts';
import { UnknownDimension } from '../../../libs/read-store/errors.ts';
import type { CellSchema, DimensionValue, Grain, GroupBy } from '../../../libs/read-store/port.ts';
import { BadRequest } from '../http/bad-request.ts';
import type { Condition } from '../http/parameter-kinds.ts';

/**
 * Conditions by dimension, values in the dimension's own type.
 *
 * @throws UnknownDimension, BadRequest when an integer dimension is given another value
 */
export const whereOf = (dimensions: CellSchema['dimensions'], conditions: readonly Condition[]): Where => {
  const where: Record<string, DimensionValue[]> = {};
  for (const { dimension, value } of conditions) {
    const kind = kindOf(dimensions, dimension);
    (where[dimension] ??= []).push(value === null ? null : valueOf(kind, dimension, value));
  }
  return where;
};

/**
 * `origin,wonDay:month` as groups: a day dimension at a grain, by days where none is given.
 *
 * @throws UnknownDimension, BadRequest
 */
export const groupsOf = (
  dimensions: CellSchema['dimensions'],
  names: readonly string[],
): readonly GroupBy[] =>
  names.map(name => {
    const [dimension = '', grain] = name.split(':', 2);
    const kind = kindOf(dimensions, dimension);
    if (grain === undefined) return { dimension };
    if (kind !== 'day' || !isGrain(grain))
      throw new BadRequest([
        { path: 'by', message: 'takes a grain for a dimension of days only: day, month or year' },
      ]);
    return { dimension, grain };
  });

const kindOf = (dimensions: CellSchema['dimensions'], name: string): 'text' | 'integer' | 'day' => {
  const kind = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
  if (kind === undefined) throw new UnknownDimension(name, Object.keys(dimensions));
  return kind;
};

const valueOf = (kind: 'text' | 'integer' | 'day', dimension: string, value: string): DimensionValue => {
  if (kind === 'text') return value;
  const fits = kind === 'integer' ? /^-?\d{1,15}$/.test(value) : /^\d{4}(-\d{2}(-\d{2})?)?$/.test(value);
  if (!fits)
    throw new BadRequest([
      {
        path: 'where',
        message: `takes ${kind === 'integer' ? 'a whole number' : 'a day, month or year'} for ${dimension}`,
      },
    ]);
  return kind === 'integer' ? Number(value) : value;
};

const isGrain = (text: string): text is Grain => text === 'day' || text === 'month' || text === 'year';
