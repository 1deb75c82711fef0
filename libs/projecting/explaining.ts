import { NotFound } from '../domain/errors.ts';
import type { Json } from '../domain/event.ts';
import { InvalidCursor, InvalidRequest } from '../read-store/errors.ts';
import type { EntityId, Generation } from '../read-store/port.ts';
import { compareText, toStored } from '../read-store/text.ts';
import { canonical } from './canonical.ts';
import type { Contribution } from './contribution.ts';
import { eventsOf, foldedState } from './entity-events.ts';
import { ProjectionBehind, type Projector } from './port.ts';
import { gather } from './scan.ts';
import { countsIn } from './sum-cells.ts';
import { isCurrent, subjectOf, type Subject, type Surroundings } from './surroundings.ts';

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
      const after = cursor === undefined ? null : decode(cursor, where);
      const { position, value } = await gather(
        reads,
        await liveOf(subject),
        () => {
          const total = zeros(subject);
          const entities: { readonly id: EntityId; readonly adds: Record<string, number> }[] = [];
          return {
            visit: ({ id, state }) => {
              const adds = addUp(subject, subject.folder.standing(state).cells.filter(counts));
              for (const measure in adds) total[measure] = (total[measure] ?? 0) + (adds[measure] ?? 0);
              const contributes = Object.values(adds).some(add => add !== 0);
              const passed = after === null || compareText(toStored(id), toStored(after)) > 0;
              if (contributes && passed && entities.length <= limit) entities.push({ id, adds });
            },
            end: () => ({ total, entities }),
          };
        },
        subject.folder.foresee,
      );
      const page = value.entities.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = last !== undefined && value.entities.length > limit ? encode(last.id, where) : null;
      return { position, total: value.total, entities: page, nextCursor };
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

const encode = (id: EntityId, where: unknown): string =>
  Buffer.from(JSON.stringify([id, canonical(where)])).toString('base64url');

/** @throws InvalidCursor for one of another question, or none at all */
const decode = (cursor: string, where: unknown): EntityId => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && typeof parts[0] === 'string' && parts[1] === canonical(where))
      return parts[0];
  } catch {
    // No JSON: as invalid as any other.
  }
  throw new InvalidCursor();
};
