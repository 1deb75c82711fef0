import { createHash } from 'node:crypto';
import type { CellSchema, Generation } from '../read-store/port.ts';
import type { Context } from './context.ts';
import { schemaOf } from './contribution.ts';
import type { Projection } from './define.ts';

/** Hash of what else than its version decides a read model's numbers: time zone, workspace, shape, and a user's files. */
export const fingerprintOf = (
  { calendar, workspace }: Context,
  schema: CellSchema,
  hash: string | undefined,
): string =>
  createHash('sha256')
    .update(JSON.stringify([calendar.zone, workspace, schema, ...(hash === undefined ? [] : [hash])]))
    .digest('hex')
    .slice(0, 16);

/** Whether this very definition made the generation, in the same workspace: its states are what the definition's functions take. */
export const isMadeBy = (projection: Projection, context: Context, generation: Generation): boolean =>
  generation.version === projection.version &&
  generation.fingerprint === fingerprintOf(context, schemaOf(projection), projection.hash);
