import { BadRequest } from './bad-request.ts';
import { parseInstant } from './instant.ts';

const day = 86_400_000;

/**
 * When a command happened, for the command; nothing where the caller left it out.
 *
 * @param now epoch ms
 * @throws BadRequest for a time more than a day ahead
 */
export const occurred = (
  text: string | undefined,
  now: number,
  path = 'occurredAt',
): { readonly occurredAt?: number } => {
  if (text === undefined) return {};
  const occurredAt = parseInstant(text);
  if (occurredAt === null)
    throw new BadRequest([{ path, message: 'must be a time in ISO 8601 with an offset' }]);
  if (occurredAt > now + day) throw new BadRequest([{ path, message: 'may not be more than a day ahead' }]);
  return { occurredAt };
};

/** An object without the members that are undefined: what was left out stays left out. */
export const given = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
