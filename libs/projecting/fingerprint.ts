import { createHash } from 'node:crypto';
import type { Generation } from '../read-store/port.ts';
import type { Context } from './context.ts';
import { schemaOf } from './contribution.ts';
import type { Projection } from './define.ts';
import { workspaceParts } from './workspace.ts';

/**
 * Hash of what else than its version decides a read model's numbers: time zone, the parts of the workspace that the
 * projection looks at, shape, and a user's files.
 */
export const fingerprintOf = ({ calendar, workspace }: Context, projection: Projection): string => {
  const parts = workspaceParts.filter(part => projection.workspace.includes(part));
  const settings = parts.map(part => [part, workspace[part]]);
  return createHash('sha256')
    .update(JSON.stringify([calendar.zone, settings, schemaOf(projection), projection.hash ?? null]))
    .digest('hex')
    .slice(0, 16);
};

/** Whether this very definition made the generation, in the same workspace: its states are what the definition's functions take. */
export const isMadeBy = (projection: Projection, context: Context, generation: Generation): boolean =>
  generation.version === projection.version && generation.fingerprint === fingerprintOf(context, projection);
