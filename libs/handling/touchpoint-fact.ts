import { canonicalJson } from '../domain/canonical.ts';
import type { Happening } from '../domain/catalog.ts';
import { implausibleTime } from '../domain/occurred.ts';
import { touchpoints } from '../domain/touchpoint/events.ts';
import { splitUrl } from '../domain/url.ts';
import { checkEventData } from '../domain/validate.ts';
import { touchpointEventId } from './derived-id.ts';
import type { Touchpoint } from './port.ts';

/** A touchpoint that can be appended. */
export interface Fact {
  /** The caller's. */
  readonly id: string;
  readonly eventId: string;
  readonly leadId: string;
  readonly happening: Happening;
  /** Epoch ms. */
  readonly occurredAt: number;
  /** What it says, apart from how its id is spelt. */
  readonly content: string;
}

/** Why a touchpoint can't be appended. */
export interface Unfit {
  readonly id: string;
  readonly reason: string;
}

const types: ReadonlySet<string> = new Set(touchpoints.map(({ type }) => type));

/** Members that callers give flat and that events hold under `personal`. */
const apart = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { note, url, ...rest } = fields;
  const split = typeof url === 'string' ? splitUrl(url) : null;
  const personal = {
    ...(note === undefined ? {} : { note }),
    ...(split?.query === undefined ? {} : { query: split.query }),
  };
  return {
    ...rest,
    ...(url === undefined ? {} : { url: split?.address ?? url }),
    ...(Object.keys(personal).length === 0 ? {} : { personal }),
  };
};

const dataProblem = (type: string, data: unknown): string | null => {
  const [first] = checkEventData(type, data);
  if (first === undefined) return null;
  const path = first.path === 'touchpointId' ? 'id' : first.path.replace(/^personal\./, '');
  return path === '' ? first.message : `${path}: ${first.message}`;
};

/** What a touchpoint says as an event's data, or why it can't be one. */
export const toFact = (given: Touchpoint, now: number): Fact | Unfit => {
  const { id, type, leadId, occurredAt = now, ...fields } = given;
  if (!types.has(type)) return { id, reason: `type: no touchpoint; known: ${[...types].join(', ')}` };
  if ('personal' in fields) return { id, reason: 'personal: is no member of it' };
  const data = { leadId, touchpointId: id, ...apart(fields) };
  const reason = implausibleTime(occurredAt, now)?.message ?? dataProblem(type, data);
  if (reason !== null) return { id, reason };
  return {
    id,
    eventId: touchpointEventId(id),
    leadId,
    // The schema of the type was just checked.
    happening: { type, data } as unknown as Happening,
    occurredAt,
    content: canonicalJson([type, occurredAt, { ...data, touchpointId: '' }]),
  };
};
