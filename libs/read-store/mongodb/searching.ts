import type { Filter, Sort } from 'mongodb';

import type { PagePlan } from '../pages.ts';
import type { DimensionValue } from '../port.ts';
import { compareText, toStored } from '../text.ts';
import type { EntityDocument, EntityVersion } from './documents.ts';
import { field, toField } from './values.ts';

/** An entity as the closed batches left it. */
export interface Found {
  readonly id: string;
  readonly version: EntityVersion;
}

/** Which entities, and in which order. */
export interface Search {
  /** Over fields of a version, which are prefixed by where it is, and `_id`. */
  readonly filter: (at: string) => Filter<EntityDocument>;
  /** A field of a version; ties go by `_id`. */
  readonly by: string | null;
  readonly descending: boolean;
  readonly limit?: number;
}

/** A page, and one more to know whether it is the last. */
export const pageSearch = ({ where, sort, descending, limit, after }: PagePlan): Search => {
  const by = sort === null ? null : field('i', sort);
  const filter: Search['filter'] = at => ({
    ...Object.fromEntries(where.map(each => [at + field('i', each.at), toField(each.value)])),
    ...(after === null ? {} : beyond(by === null ? null : at + by, after, descending)),
  });
  return {
    // A filter by what is sorted by would name one field twice.
    filter: at => {
      const { $or, ...rest } = filter(at);
      return $or === undefined ? rest : { $and: [rest, { $or }] };
    },
    by,
    descending,
    limit: limit + 1,
  };
};

/** What comes after a value and an id. Comparisons find values of one type only. */
const beyond = (
  name: string | null,
  after: { readonly value: DimensionValue; readonly id: string },
  descending: boolean,
): Filter<EntityDocument> => {
  const further = descending ? '$lt' : '$gt';
  const id = { [further]: toStored(after.id) };
  if (name === null) return { $or: [{ _id: id }] };
  const value = toField(after.value);
  const same = value === null ? [] : [{ [name]: { [further]: value } }];
  return {
    $or: [{ [name]: value, _id: id }, ...same, ...others(value, descending).map(each => ({ [name]: each }))],
  };
};

const every = { null: null, numbers: { $gte: -Number.MAX_VALUE }, texts: { $gte: '' } } as const;

/** The types that come after a value's own: null, numbers, texts. */
const others = (value: DimensionValue, descending: boolean): readonly unknown[] => {
  if (typeof value === 'string') return descending ? [every.numbers, every.null] : [];
  if (typeof value === 'number') return [descending ? every.null : every.texts];
  return descending ? [] : [every.numbers, every.texts];
};

export const sortOf = ({ by, descending }: Search, at: string): Sort => {
  const direction = descending ? -1 : 1;
  return by === null ? { _id: direction } : { [at + by]: direction, _id: direction };
};

/** The same order as `sortOf`. */
export const orderOf = ({ by, descending }: Search): ((a: Found, b: Found) => number) => {
  const ascending = (a: Found, b: Found): number =>
    (by === null ? 0 : compareValues(a.version[by], b.version[by])) || compareText(a.id, b.id);
  return descending ? (a, b) => ascending(b, a) : ascending;
};

const rank = (value: unknown): number => (typeof value === 'string' ? 2 : typeof value === 'number' ? 1 : 0);

const compareValues = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return rank(a) - rank(b);
};
