import type { Touchpoint } from '../../../libs/handling/port.ts';
import { BadRequest, type FieldError } from '../http/bad-request.ts';
import { parseInstant } from '../http/instant.ts';

const id = /^[A-Za-z0-9_-]{1,64}$/;
const idMessage = 'must be an id: 1 to 64 characters of A-Z a-z 0-9 _ -';

/**
 * The facts of a body. Only what the answer needs to name each of them is checked here; what its type asks for is judged
 * fact by fact, so that one bad fact doesn't keep the others out.
 *
 * @throws BadRequest
 */
export const readTouchpoints = (
  items: readonly Readonly<Record<string, unknown>>[],
): readonly Touchpoint[] => {
  const errors = items.flatMap((item, index) => envelope(item, `touchpoints[${index}]`));
  if (errors.length > 0) throw new BadRequest(errors);
  return items.map(item => {
    const { occurredAt, ...rest } = item;
    const instant = typeof occurredAt === 'string' ? parseInstant(occurredAt) : null;
    return { ...rest, ...(instant === null ? {} : { occurredAt: instant }) } as Touchpoint;
  });
};

const envelope = (item: Readonly<Record<string, unknown>>, path: string): readonly FieldError[] => {
  const errors: FieldError[] = [];
  const need = (name: string, holds: boolean, message: string): void => {
    if (!holds) errors.push({ path: `${path}.${name}`, message });
  };
  need('id', typeof item.id === 'string' && id.test(item.id), idMessage);
  need('leadId', typeof item.leadId === 'string' && id.test(item.leadId), idMessage);
  need(
    'type',
    typeof item.type === 'string' && item.type.length <= 100,
    'must be the name of a type of touchpoint',
  );
  need(
    'occurredAt',
    item.occurredAt === undefined ||
      (typeof item.occurredAt === 'string' && parseInstant(item.occurredAt) !== null),
    'must be a time in ISO 8601 with an offset: 2018-03-01T09:30:00+01:00',
  );
  return errors;
};
