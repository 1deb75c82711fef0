import { v5, validate } from 'uuid';

const namespace = '5b0c8c1e-6d53-4f0a-9d4a-1f6d3d4f7a20';

/** The UUID that a name always gives: the same cause, the same id. */
export const derivedId = (...name: readonly (string | number)[]): string => v5(name.join(' '), namespace);

/**
 * Id of a touchpoint's event: the caller's id where that is a UUID, else derived from it. It doesn't depend on type or
 * lead: the id names the touchpoint.
 */
export const touchpointEventId = (id: string): string =>
  validate(id) ? id.toLowerCase() : derivedId('touchpoint', id);
