import type { NewEvent } from '../domain/event.ts';
import { appendLimits, type EventStore } from '../event-store/port.ts';
import { eventOf, type Cause } from './cause.ts';
import { begin, type Begin } from './idempotency.ts';
import type { CommandContext, Touchpoint, TouchpointResult } from './port.ts';
import { leadStream } from './standing.ts';
import { toFact, type Fact } from './touchpoint-fact.ts';

interface Placed {
  readonly revision: number;
  readonly position: number;
  readonly appended: boolean;
}

interface Sized {
  readonly event: NewEvent;
  readonly bytes: number;
}

const sized = (event: NewEvent): Sized => ({
  event,
  bytes: Buffer.byteLength(JSON.stringify(event.data)) + Buffer.byteLength(JSON.stringify(event.metadata)),
});

/** Cuts the events of a lead into appends that keep the store's limits. */
const portions = (events: readonly Sized[]): readonly (readonly NewEvent[])[] => {
  const cut: NewEvent[][] = [];
  let room = 0;
  for (const { event, bytes } of events) {
    const last = cut.at(-1);
    if (last !== undefined && bytes <= room && last.length < appendLimits.events) {
      last.push(event);
      room -= bytes;
    } else {
      cut.push([event]);
      room = appendLimits.bytes - bytes;
    }
  }
  return cut;
};

/** Where events stand in a stream; those that a first run of the same command wrote count as appended. */
const locate = async (
  events: EventStore,
  cause: Cause,
  stream: string,
  from: number,
  wanted: readonly NewEvent[],
  duplicates: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Placed>> => {
  const ids = new Set(wanted.map(({ id }) => id));
  const placed = new Map<string, Placed>();
  for await (const { id, revision, position, metadata } of events.readStream(stream, from)) {
    if (!ids.has(id)) continue;
    const own = cause.commandId !== null && metadata.causationId === cause.commandId;
    placed.set(id, { revision, position, appended: own || !duplicates.has(id) });
    if (placed.size === ids.size) break;
  }
  return placed;
};

const appendPortion = async (
  events: EventStore,
  cause: Cause,
  stream: string,
  portion: readonly NewEvent[],
): Promise<ReadonlyMap<string, Placed>> => {
  const { revision, position, duplicates } = await events.append(stream, portion, 'ANY');
  const [only] = portion;
  if (portion.length === 1 && only !== undefined && duplicates.length === 0)
    return new Map([[only.id, { revision, position, appended: true }]]);
  // Only the last event's place is answered; without duplicates the others stand right before it.
  const from = duplicates.length === 0 ? revision - portion.length + 1 : 0;
  return locate(events, cause, stream, from, portion, new Set(duplicates));
};

const appendLead = async (
  events: EventStore,
  cause: Cause,
  leadId: string,
  facts: readonly Sized[],
): Promise<ReadonlyMap<string, Placed>> => {
  const placed = new Map<string, Placed>();
  for (const portion of portions(facts))
    for (const [id, place] of await appendPortion(events, cause, leadStream(leadId), portion))
      placed.set(id, place);
  return placed;
};

const eventOfFact = (
  cause: Cause,
  { happening, eventId, leadId, occurredAt }: Fact,
  first: boolean,
): Sized => {
  const hash = first && cause.commandHash !== null ? { commandHash: cause.commandHash } : {};
  return sized(eventOf(happening, eventId, occurredAt, { ...cause.metadata, leadId, ...hash }));
};

type Judged =
  | { readonly kind: 'refused'; readonly id: string; readonly reason: string }
  | { readonly kind: 'first' | 'again'; readonly fact: Fact };

/** Tells new facts from those that stand in the same request already. */
const judge = (given: readonly Touchpoint[], now: number): readonly Judged[] => {
  const seen = new Map<string, Fact>();
  return given.map(touchpoint => {
    const fact = toFact(touchpoint, now);
    if ('reason' in fact) return { kind: 'refused', ...fact };
    const before = seen.get(fact.eventId);
    if (before === undefined) {
      seen.set(fact.eventId, fact);
      return { kind: 'first', fact };
    }
    return before.content === fact.content
      ? { kind: 'again', fact }
      : { kind: 'refused', id: fact.id, reason: 'id: stands in this request before, for another touchpoint' };
  });
};

/**
 * Appends facts as they are, without loading what they are about: one append for each lead, leads beside each other. The
 * answers come in the order of the facts. An id that its lead's stream has is a duplicate, whatever else it says.
 *
 * @throws RuleViolation `idempotency-key-reused`; StoreUnavailable, after which a part may be written: repeat it
 */
export const recordTouchpoints = async (
  deps: Begin,
  given: readonly Touchpoint[],
  context: CommandContext,
): Promise<readonly TouchpointResult[]> => {
  const now = deps.clock();
  const cause = await begin(deps, context, given, now);
  const tooLarge = new Set<string>();
  const byLead = new Map<string, Sized[]>();
  const judged = judge(given, now);
  for (const one of judged) {
    if (one.kind !== 'first') continue;
    const { fact } = one;
    const made = eventOfFact(cause, fact, byLead.size === 0);
    const facts = byLead.get(fact.leadId);
    if (made.bytes > appendLimits.bytes) tooLarge.add(fact.eventId);
    else if (facts === undefined) byLead.set(fact.leadId, [made]);
    else facts.push(made);
  }
  const settled = await Promise.allSettled(
    [...byLead].map(([leadId, facts]) => appendLead(deps.events, cause, leadId, facts)),
  );
  const placed = new Map<string, Placed>();
  for (const outcome of settled) {
    if (outcome.status === 'rejected') throw outcome.reason;
    for (const [id, place] of outcome.value) placed.set(id, place);
  }
  return judged.map(one => answer(one, placed, tooLarge));
};

const answer = (
  one: Judged,
  placed: ReadonlyMap<string, Placed>,
  tooLarge: ReadonlySet<string>,
): TouchpointResult => {
  if (one.kind === 'refused') return { id: one.id, outcome: 'refused', reason: one.reason };
  const { id, eventId } = one.fact;
  if (tooLarge.has(eventId)) return { id, outcome: 'refused', reason: 'too large for one event' };
  const place = placed.get(eventId);
  if (place === undefined) throw new Error(`touchpoint ${id} is not where it was appended`);
  const { revision, position, appended } = place;
  return { id, outcome: appended && one.kind === 'first' ? 'appended' : 'duplicate', revision, position };
};
