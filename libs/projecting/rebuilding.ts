import { RuleViolation } from '../domain/errors.ts';
import { UnknownProjection } from '../read-store/errors.ts';
import type { Generation } from '../read-store/port.ts';
import type { Building } from './building.ts';
import type { Catalogue } from './catalogue.ts';
import { compareRows, wholeQueries } from './compare-cells.ts';
import type { Projector } from './port.ts';
import type { Runner } from './runner.ts';
import { isCurrent, subjectOf, type Subject, type Surroundings } from './surroundings.ts';

type Rebuilding = Pick<Projector, 'rebuild' | 'diff' | 'approve' | 'discard'>;

/** A generation that was begun so long before, ms, may have been abandoned. */
const longAgo = 600_000;
/** Differences that are listed at most. */
const listed = 1_000;

/** New generations by request, and what becomes of them. */
export const createRebuilding = (
  around: Surroundings,
  catalogue: Catalogue,
  runner: Runner,
  building: Building,
  catchUp: Projector['catchUp'],
): Rebuilding => {
  const { reads, clock } = around;

  /** The newest one that waits for approval. @throws RuleViolation `nothing-held` */
  const heldOf = async (subject: Subject): Promise<Generation> => {
    const held = (await reads.generations(subject.name)).filter(({ status }) => status === 'held').at(-1);
    if (held === undefined)
      throw nothingHeld(`${subject.name} holds no generation for approval`, subject.name);
    return held;
  };

  /** The other generations that are being built, with how far they are. */
  const othersOf = async ({ name, generation }: Generation): Promise<ReadonlyMap<Generation, number>> => {
    const found = new Map<Generation, number>();
    for (const each of await reads.generations(name))
      if (each.status === 'building' && each.generation !== generation)
        found.set(each, (await reads.checkpoint(each)).batch);
    return found;
  };

  /** Those that have long been begun, and in which nothing happened while one was built from start to end. */
  const dropAbandoned = async (before: ReadonlyMap<Generation, number>, built: Generation): Promise<void> => {
    const old = new Map(Array.from(before, ([each, batch]) => [each.generation, batch]));
    for (const [each, batch] of await othersOf(built))
      if (old.get(each.generation) === batch && clock() - each.createdAt > longAgo) await reads.drop(each);
  };

  const sync = (): Promise<void> => runner.exclusively(catalogue.sync);

  return {
    rebuild: async (name, { hold = false, ...run } = {}) => {
      const subject = subjectOf(around, name);
      const lane = await runner.exclusively(async () => {
        await catalogue.sync();
        if (hold)
          for (const old of await reads.generations(name)) if (old.status === 'held') await reads.drop(old);
        return catalogue.begin(subject);
      });
      const before = await othersOf(lane.generation);
      try {
        await building.finish(lane, hold ? 'hold' : 'promote', run);
        await dropAbandoned(before, lane.generation);
      } catch (error) {
        catalogue.release(lane);
        await dropUnlessLive(around, lane.generation);
        throw error;
      }
    },
    diff: async name => {
      const subject = subjectOf(around, name);
      await catchUp();
      const held = await heldOf(subject);
      const live = (await reads.generations(name)).find(({ status }) => status === 'live');
      if (live === undefined) throw new UnknownProjection({ name, generation: 0 });
      const dimensions = Object.entries(held.schema.dimensions).filter(
        ([dimension, type]) => live.schema.dimensions[dimension] === type,
      );
      const common = {
        dimensions: Object.fromEntries(dimensions),
        measures: held.schema.measures.filter(measure => live.schema.measures.includes(measure)),
        indexes: [],
      };
      const differences = [];
      for (const query of wholeQueries(common)) {
        const [before, after] = [await reads.cells(live, query), await reads.cells(held, query)];
        for (const { by, left, right } of compareRows(before.value, after.value))
          differences.push({ cell: by, live: left, held: right });
      }
      return differences.slice(0, listed);
    },
    approve: async name => {
      const subject = subjectOf(around, name);
      const held = await heldOf(subject);
      if (!isCurrent(subject, held))
        throw nothingHeld(`what ${name} holds was made by another definition; discard it`, name);
      await catchUp();
      await runner.exclusively(() => reads.promote(held));
      await sync();
    },
    discard: async name => {
      const held = await heldOf(subjectOf(around, name));
      await runner.exclusively(() => reads.drop(held));
      await sync();
    },
  };
};

const dropUnlessLive = async ({ reads }: Surroundings, generation: Generation): Promise<void> => {
  const now = (await reads.generations(generation.name)).find(
    each => each.generation === generation.generation,
  );
  if (now?.status === 'building') await reads.drop(generation);
};

const nothingHeld = (detail: string, projection: string): RuleViolation =>
  new RuleViolation('nothing-held', detail, { projection });
