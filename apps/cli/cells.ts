import type { Projection } from '../../libs/projecting/define.ts';
import type { Where } from '../../libs/projecting/port.ts';
import type { DimensionValue, GroupBy } from '../../libs/read-store/port.ts';
import { UsageError } from './exit.ts';
import type { Condition } from './options.ts';

/** @throws UsageError naming those that there are */
export const projectionOf = (projections: readonly Projection[], name: string): Projection => {
  const found = projections.find(projection => projection.name === name);
  const known = projections.map(projection => projection.name).join(', ');
  if (found === undefined) throw new UsageError(`there is no projection "${name}"; there are: ${known}`);
  return found;
};

/** Conditions by dimension, values in the dimension's own type. @throws UsageError */
export const whereOf = ({ name, dimensions }: Projection, conditions: readonly Condition[]): Where => {
  const where: Record<string, DimensionValue[]> = {};
  for (const { dimension, value } of conditions) {
    const kind = kindOf(name, dimensions, dimension);
    (where[dimension] ??= []).push(kind === 'integer' ? integer(dimension, value) : value);
  }
  return where;
};

const integer = (dimension: string, value: string | null): number | null => {
  if (value === null) return null;
  if (!/^-?\d{1,15}$/.test(value)) throw new UsageError(`${dimension} is a whole number, not "${value}"`);
  return Number(value);
};

/** `origin,wonDay:month` as groups: a day dimension at a grain, by days where none is given. @throws UsageError */
export const groupsOf = ({ name, dimensions }: Projection, asked: readonly string[]): readonly GroupBy[] =>
  asked.map(text => {
    const [dimension = '', grain] = text.split(':', 2);
    const kind = kindOf(name, dimensions, dimension);
    if (grain === undefined) return { dimension };
    if (kind !== 'day') throw new UsageError(`${dimension} is no dimension of days, so it has no ${grain}`);
    if (grain !== 'day' && grain !== 'month' && grain !== 'year')
      throw new UsageError(`${dimension} can be had by day, month or year, not by "${grain}"`);
    return { dimension, grain };
  });

const kindOf = (
  name: string,
  dimensions: Projection['dimensions'],
  dimension: string,
): 'text' | 'integer' | 'day' => {
  const kind = Object.hasOwn(dimensions, dimension) ? dimensions[dimension] : undefined;
  if (kind !== undefined) return kind;
  const known = Object.keys(dimensions).join(', ');
  throw new UsageError(
    `${name} has no dimension "${dimension}"; it has: ${known === '' ? 'none at all' : known}`,
  );
};
