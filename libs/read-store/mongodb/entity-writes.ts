import { InvalidRequest } from '../errors.ts';
import { indexed } from '../indexes.ts';
import type { Entity } from '../port.ts';
import type { Shape } from '../shape.ts';
import { toStored } from '../text.ts';
import type { Collections } from './collections.ts';
import type { EntityDocument, EntityVersion } from './documents.ts';
import { field, toField } from './values.ts';
import { askFor, type Planning, type Write } from './writes.ts';

/** A document holds a state and the one before, in 16 MiB. */
const longestState = 7 * 2 ** 20;

/** What a batch leaves of its entities, by the `_id`. @throws InvalidRequest for what can't be kept */
export const entityVersions = (
  shape: Shape,
  entities: readonly Entity[],
): ReadonlyMap<string, EntityVersion> =>
  new Map(entities.map(entity => [toStored(entity.id), versionOf(shape, entity)]));

const versionOf = (shape: Shape, { id, state, due, quality }: Entity): EntityVersion => {
  const text = JSON.stringify(state) as string | undefined;
  if (text === undefined) throw new InvalidRequest('entity', `the state of ${id} is no JSON value`);
  if (Buffer.byteLength(text) > longestState)
    throw new InvalidRequest('entity', `the state of ${id} is larger than ${longestState} bytes`);
  if (due !== null && !Number.isSafeInteger(due))
    throw new InvalidRequest('entity', `${id} is due at ${due}: epoch ms or null is wanted`);
  const indexes = shape.indexes.map((member, at): [string, unknown] => [
    field('i', at),
    toField(indexed(state, member)),
  ]);
  return {
    state: text,
    due,
    quality: quality.length > 0 ? JSON.stringify(quality) : null,
    odd: quality.length > 0,
    ...Object.fromEntries(indexes),
  };
};

/** What the batch after `closed` writes of its entities: each with what it was before. */
export const entityWrites = async (
  { entities }: Pick<Collections, 'entities'>,
  versions: ReadonlyMap<string, EntityVersion>,
  { closed, ahead }: Planning,
): Promise<readonly Write[]> => {
  const found = await askFor(versions.keys(), closed, some =>
    entities.find({ _id: { $in: some } }, { projection: { was: 0 } }).toArray(),
  );
  if (found.some(({ batch }) => batch > closed)) throw ahead();
  const present = new Map(found.map(entity => [entity._id, versionIn(entity)]));
  return Array.from(versions, ([id, version]): Write => {
    const was = present.get(id) ?? null;
    return { id, fresh: was === null, set: { ...version, older: was !== null, was } };
  });
};

const apart: ReadonlySet<string> = new Set(['_id', 'batch', 'older']);

const versionIn = ({ state, due, quality, odd, ...rest }: EntityDocument): EntityVersion => {
  const indexes = Object.entries(rest).filter(([name]) => !apart.has(name));
  return { state, due, quality, odd, ...Object.fromEntries(indexes) };
};
