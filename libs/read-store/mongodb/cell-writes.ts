import { rollUp, type RolledAddition } from '../rollup.ts';
import type { Addition } from '../deltas.ts';
import type { Summary } from '../summaries.ts';
import type { Collections } from './collections.ts';
import { keyOf } from './keys.ts';
import { fromNumber, plus, type Exact } from './numbers.ts';
import { field, keyPart, toField } from './values.ts';
import { askFor, type Fields, type Planning, type Write } from './writes.ts';

interface Change {
  readonly key: Fields;
  adds: readonly Exact[];
}

/** What the batch after `closed` makes of the totals. */
export const cellWrites = async (
  { cells }: Pick<Collections, 'cells'>,
  totals: readonly [Summary, ...Summary[]],
  additions: readonly Addition[],
  { closed, ahead }: Planning,
): Promise<readonly Write[]> => {
  const changes = changesOf(totals, additions);
  const found = await askFor(changes.keys(), closed, some => cells.find({ _id: { $in: some } }).toArray());
  if (found.some(({ batch }) => batch > closed)) throw ahead();
  const present = new Map(found.map(cell => [cell._id, cell]));
  return Array.from(changes, ([id, { key, adds }]): Write => {
    const before = present.get(id);
    const values: Record<string, unknown> = before === undefined ? { ...key } : {};
    adds.forEach((add, at) => {
      const previous = before === undefined ? 0 : fromNumber(before[field('m', at)]);
      values[field('p', at)] = toText(previous);
      values[field('m', at)] = toText(plus(previous, add));
    });
    return { id, fresh: before === undefined, set: values };
  });
};

const toText = (value: Exact): number | string => (typeof value === 'bigint' ? String(value) : value);

const changesOf = (
  totals: readonly [Summary, ...Summary[]],
  additions: readonly Addition[],
): ReadonlyMap<string, Change> => {
  const changes = new Map<string, Change>();
  for (const [t, { places }] of totals.entries()) {
    for (const rolled of rollUp(additions, t === 0 ? 'day' : 'month', places)) {
      const { on, grain, bucket, plain, adds } = rolled;
      const id = keyOf([t, on, grain, bucket, ...plain.map(keyPart)]);
      const change = changes.get(id);
      // A total comes in parts where one would be rounded.
      if (change) change.adds = change.adds.map((sum, at) => plus(sum, adds[at] ?? 0));
      else changes.set(id, { key: keyFields(t, rolled), adds });
    }
  }
  return changes;
};

const keyFields = (t: number, { on, grain, bucket, plain }: RolledAddition): Fields => {
  const fields: Record<string, unknown> = { t, on, grain, bucket };
  for (const [at, value] of plain.entries()) if (value !== undefined) fields[field('d', at)] = toField(value);
  return fields;
};
