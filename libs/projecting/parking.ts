import { RuleViolation } from '../domain/errors.ts';
import { CheckpointConflict } from '../read-store/errors.ts';
import type { ParkedEvent } from '../read-store/port.ts';
import type { Catalogue } from './catalogue.ts';
import type { Lane } from './lane.ts';
import type { Projector } from './port.ts';
import { refoldEntity, refoldParked } from './refolding.ts';
import type { Runner } from './runner.ts';
import { subjectOf, type Subject, type Surroundings } from './surroundings.ts';

type Parking = Pick<Projector, 'parked' | 'retry' | 'skip'>;

const tries = 20;

/** Looks after events that could not be folded. */
export const createParking = (
  around: Surroundings,
  catalogue: Catalogue,
  runner: Runner,
  prepare: () => Promise<void>,
): Parking => {
  const { reads, subjects, skips, clock } = around;

  const lanesOf = async (subject: Subject): Promise<readonly Lane[]> => {
    await prepare();
    await runner.exclusively(catalogue.sync);
    return catalogue.lanes().filter(lane => lane.subject === subject);
  };

  /** Folds parked events again; another process may write meanwhile. */
  const refold = async (lane: Lane, only?: string): Promise<{ before: number; after: number }> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runner.exclusively(async () => {
          await lane.load();
          const all = await reads.parked(lane.generation);
          const chosen = only === undefined ? all : together(all, only);
          const left = await refoldParked(around, lane, chosen);
          return { before: all.length, after: all.length - chosen.length + left.length };
        });
      } catch (error) {
        if (!(error instanceof CheckpointConflict) || attempt === tries) throw error;
      }
    }
  };

  const parkedOf = async (subject: Subject): Promise<readonly ParkedEvent[]> => {
    const events = new Map<string, ParkedEvent>();
    for (const lane of await lanesOf(subject))
      for (const event of await reads.parked(lane.generation)) events.set(event.eventId, event);
    return [...events.values()].sort((a, b) => a.position - b.position);
  };

  return {
    parked: async name => {
      const asked = name === undefined ? subjects : [subjectOf(around, name)];
      const lists = [];
      for (const subject of asked)
        lists.push((await parkedOf(subject)).map(event => ({ ...event, projection: subject.name })));
      return lists.flat();
    },
    retry: async name => {
      let [released, parked] = [0, 0];
      for (const lane of await lanesOf(subjectOf(around, name))) {
        const { before, after } = await refold(lane);
        released += Math.max(0, before - after);
        parked += after;
      }
      return { released, parked };
    },
    skip: async (eventId, why, actor) => {
      const holding: Subject[] = [];
      for (const subject of subjects)
        if ((await parkedOf(subject)).some(event => event.eventId === eventId)) holding.push(subject);
      if (holding.length === 0)
        throw new RuleViolation(
          'not-parked',
          `event ${eventId} is not parked by any projection; only parked events can be skipped`,
          { eventId },
        );
      for (const subject of holding) {
        await skips.append(subject.name, eventId, why, actor, clock());
        subject.skipped.add(eventId);
        for (const lane of await lanesOf(subject)) await refold(lane, eventId);
      }
    },
  };
};

/** The events that wait with this one. */
const together = (parked: readonly ParkedEvent[], eventId: string): readonly ParkedEvent[] => {
  const entities = new Set(parked.filter(event => event.eventId === eventId).map(({ entity }) => entity));
  return parked.filter(({ entity }) => entities.has(entity));
};

/**
 * What a generation does when the log tells of a decision to leave an event out that it didn't leave out when it passed:
 * the event's entity is folded anew.
 */
export const heedSkip = async (around: Surroundings, lane: Lane, eventId: string): Promise<void> => {
  const { reads } = around;
  const parked = await reads.parked(lane.generation);
  if (parked.some(event => event.eventId === eventId)) {
    await refoldParked(around, lane, together(parked, eventId));
    return;
  }
  const entity = await entityOf(around, lane, eventId);
  if (entity !== null) await refoldEntity(around, lane, entity);
};

const pageSize = 1_000;

const entityOf = async (around: Surroundings, lane: Lane, eventId: string): Promise<string | null> => {
  const { projection, assign } = lane.subject.folder;
  const filter = { types: Object.keys(projection.entity) };
  let after: number | null = 0;
  while (after !== null && after < lane.position()) {
    const page: Awaited<ReturnType<typeof around.events.find>> = await around.events.find(
      filter,
      after,
      pageSize,
    );
    const [found] = assign(around.deliver(page.events.filter(({ id }) => id === eventId)), new Set());
    if (found !== undefined) return found.entity;
    after = page.next;
  }
  return null;
};
