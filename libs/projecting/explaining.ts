import { NotFound } from '../domain/errors.ts';
import type { Json } from '../domain/event.ts';
import { InvalidCursor, InvalidRequest } from '../read-store/errors.ts';
import type { Entity, EntityId, Generation } from '../read-store/port.ts';
import { canonical } from './canonical.ts';
import type { Contribution } from './contribution.ts';
import { findContributors, type Place } from './contributors.ts';
import { eventsOf, foldedState } from './entity-events.ts';
import { ProjectionBehind, type Projector } from './port.ts';
import { countsIn } from './sum-cells.ts';
import { isCurrent, subjectOf, type Subject, type Surroundings } from './surroundings.ts';

/** How often a page is read again because the read model moved meanwhile. */
const tries = 4;

const first: Place = { cursor: null, after: null };

type Explaining = Pick<Projector, 'explain' | 'explainEntity'>;

/** Takes totals apart: into entities, and an entity into its events. */
export const createExplaining = (around: Surroundings): Explaining => {
  const { reads } = around;

  /** The live generation. @throws ProjectionBehind while that is one of another definition, whose code is gone */
  const liveOf = async (subject: Subject): Promise<Generation> => {
    const live = (await reads.generations(subject.name)).find(({ status }) => status === 'live');
    if (live === undefined || !isCurrent(subject, live))
      throw new ProjectionBehind(subject.name, await around.events.head(), 0);
    return live;
  };

  return {
    explain: async (name, where, { limit, cursor }) => {
      if (!Number.isSafeInteger(limit) || limit < 1)
        throw new InvalidRequest('limit', `limit must be a whole number from 1, not ${limit}`);
      const subject = subjectOf(around, name);
      const counts = countsIn(subject.schema, where);
      const place = cursor === undefined ? first : decode(cursor, where);
      const live = await liveOf(subject);
      const addsOf = (entities: readonly Entity[]): readonly Record<string, number>[] => {
        subject.folder.foresee?.(entities.map(({ state }) => state));
        return entities.map(({ state }) =>
          addUp(subject, subject.folder.standing(state).cells.filter(counts)),
        );
      };
      for (let attempt = 1; ; attempt++) {
        // What the entities add up to is what the store keeps as the total.
        const { position, value } = await reads.cells(live, {
          measures: subject.schema.measures,
          by: [],
          where,
        });
        const { entities, next, positions } = await findContributors(
          { reads, id: live, addsOf },
          place,
          limit,
        );
        const moved = positions.size > 1 || !positions.has(position);
        if (moved && attempt < tries) continue;
        const total = value[0]?.sums ?? zeros(subject);
        return { position, total, entities, nextCursor: next && encode(next, where) };
      }
    },
    explainEntity: async (name, entity) => {
      const subject = subjectOf(around, name);
      const generation = await liveOf(subject);
      const { position } = await reads.checkpoint(generation);
      const stored = (await reads.load(generation, [entity])).get(entity);
      if (stored === undefined) throw new NotFound('entity', entity);
      const standing = subject.folder.standing(stored.state);
      let events = await eventsOfOne(around, subject, entity, position, false);
      if (!leadsTo(subject, entity, events, stored.state))
        events = await eventsOfOne(around, subject, entity, position, true);
      return {
        position,
        id: entity,
        state: stored.state,
        contributions: standing.cells.map(({ cell, add }) => ({ cell, add })),
        quality: standing.quality.map(({ reason }) => reason),
        events: events.map(({ event }) => event),
      };
    },
  };
};

type Events = NonNullable<ReturnType<Awaited<ReturnType<typeof eventsOf>>['get']>>;

const eventsOfOne = async (
  around: Surroundings,
  subject: Subject,
  entity: EntityId,
  upTo: number,
  thorough: boolean,
): Promise<Events> =>
  (await eventsOf(around, subject, new Set([entity]), upTo, { thorough })).get(entity) ?? [];

const leadsTo = (subject: Subject, entity: EntityId, events: Events, state: Json): boolean => {
  const { changed } = subject.folder.fold(events, () => undefined, new Set());
  return canonical(foldedState(subject, changed.get(entity))) === canonical(state);
};

const zeros = ({ schema }: Subject): Record<string, number> =>
  Object.fromEntries(schema.measures.map(measure => [measure, 0]));

const addUp = (subject: Subject, contributions: readonly Contribution[]): Record<string, number> => {
  const adds = zeros(subject);
  for (const { add } of contributions)
    for (const measure in add) adds[measure] = (adds[measure] ?? 0) + (add[measure] ?? 0);
  return adds;
};

const encode = ({ cursor, after }: Place, where: unknown): string =>
  Buffer.from(JSON.stringify([after, cursor, canonical(where)])).toString('base64url');

/** @throws InvalidCursor for one of another question, or none at all */
const decode = (text: string, where: unknown): Place => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parts) && parts[2] === canonical(where)) {
      const [after, cursor] = parts as readonly unknown[];
      if (typeof after === 'string' && (cursor === null || typeof cursor === 'string'))
        return { cursor, after };
    }
  } catch {
    // No JSON: as invalid as any other.
  }
  throw new InvalidCursor();
};
