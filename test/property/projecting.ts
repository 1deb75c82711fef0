import { join } from 'node:path';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { NewEvent } from '../../libs/domain/event.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { wholeQueries } from '../../libs/projecting/compare-cells.ts';
import type { Context } from '../../libs/projecting/context.ts';
import type { Projection } from '../../libs/projecting/define.ts';
import type { Projecting, Projector } from '../../libs/projecting/port.ts';
import { createProjector } from '../../libs/projecting/projector.ts';
import { visitEntities } from '../../libs/projecting/scan.ts';
import { recorded, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { ReadStoreUnavailable } from '../../libs/read-store/errors.ts';
import type { Entity, Generation, ReadStore } from '../../libs/read-store/port.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import type { ReadStoreFactory } from '../contract/read-store/setup.ts';
import { temporaryFolder } from '../support/folder.ts';
import { sqliteReads } from '../support/sqlite-reads.ts';

/**
 * What befalls a worker at a commit: it dies before it is written, or after, without having heard of it; or another worker
 * overtakes it.
 */
type Fault = 'none' | 'before' | 'after' | 'overtaken';

interface Step {
  /** How many events come in before. */
  readonly append: number;
  /** Some that came before come once more. */
  readonly again: number;
  readonly batchSize: number;
  /** Entities that are remembered between batches. */
  readonly remembered: number;
  /** Entities from which on all is forgotten once. */
  readonly numbered: number;
  readonly faults: readonly Fault[];
  /** Another worker does the same at the same time. */
  readonly racing: boolean;
  /** A worker that lives on from the step before, if it survived. */
  readonly fresh: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    append: fc.integer({ min: 0, max: 12 }),
    again: fc.integer({ min: 0, max: 2 }),
    batchSize: fc.integer({ min: 1, max: 6 }),
    remembered: fc.constantFrom(2, 1_000),
    numbered: fc.constantFrom(1, 4, 1_000),
    faults: fc.array(fc.constantFrom<Fault[]>('none', 'none', 'before', 'after', 'overtaken', 'overtaken'), {
      maxLength: 6,
      size: 'max',
    }),
    racing: fc.boolean(),
    fresh: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6, size: 'max' },
);

/** Suffers faults at its commits, one after the other; lives on after the last. */
export const failing = (
  reads: ReadStore,
  faults: readonly Fault[],
  overtake: () => Promise<void>,
): ReadStore => {
  const left = [...faults];
  const die = (): never => {
    throw new ReadStoreUnavailable('the test ends this worker here');
  };
  return {
    ...reads,
    commit: async (id, batch) => {
      const fault = left.shift();
      if (fault === 'before') die();
      if (fault === 'overtaken') await overtake();
      await reads.commit(id, batch);
      if (fault === 'after') die();
    },
  };
};

/** All that a reader can see of a generation. */
export const snapshot = async (reads: ReadStore, generation: Generation): Promise<unknown> => {
  const entities: Entity[] = [];
  await visitEntities(reads, generation, entity => entities.push(entity));
  const cells = [];
  for (const query of wholeQueries(generation.schema)) cells.push(await reads.cells(generation, query));
  const { position } = await reads.checkpoint(generation);
  return {
    position,
    entities,
    cells,
    findings: await reads.findings(generation),
    due: await reads.due(generation, Number.MAX_SAFE_INTEGER, 1_000),
    parked: await reads.parked(generation),
  };
};

export const liveOf = async (reads: ReadStore, name: string): Promise<Generation> => {
  const live = (await reads.generations(name)).filter(({ status }) => status === 'live');
  expect(live).toHaveLength(1);
  return live[0]!;
};

/** The event as a writer appends it. */
export const toAppend = (short: ShortEvent, place: number): { stream: string; event: NewEvent } => {
  const { id, type, version, occurredAt, data, metadata, stream } = recorded(short, place + 1);
  return { stream, event: { id, type, version, occurredAt, data, metadata } };
};

const append = async (events: EventStore, given: readonly ShortEvent[], from: number): Promise<void> => {
  // In one call, so that the disk is waited for once.
  await events.appendEach(
    given.map((short, at) => {
      const { stream, event } = toAppend(short, from + at);
      return { stream, events: [event], expected: 'ANY' };
    }),
  );
};

/** Runs until it gets through; each death is followed by a new worker. */
const survive = async (begin: () => Projector, first: Projector): Promise<Projector> => {
  for (let projector = first; ; projector = begin()) {
    try {
      await projector.catchUp();
      return projector;
    } catch (error) {
      if (!(error instanceof ReadStoreUnavailable)) throw error;
    }
  }
};

interface Trial {
  readonly runs?: number;
  readonly context?: Context;
  /** Where the read model is that suffers; the one it is compared with is embedded. */
  readonly stores?: ReadStoreFactory;
}

/**
 * Whatever the batches, deaths, racing workers, repeats and memory: the read model is that of one fold of the whole log in
 * one batch, `verify` agrees, and so does a rebuild.
 */
export const rebuildEqualsLive = async (
  projection: Projection,
  history: fc.Arbitrary<readonly ShortEvent[]>,
  { runs = 30, context = testContext(), stores = () => Promise.resolve(sqliteReads()) }: Trial = {},
): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(history, steps, async (given, plan) => {
      const folder = temporaryFolder();
      const events = openSqliteEventStore({ file: join(folder.path, 'events.db') });
      const plain = openSqliteReadStore({ dir: join(folder.path, 'plain') });
      const subject = await stores();
      const [reads, others] = [subject.store, await subject.second!()];
      const projecting = { events, projections: [projection], context, clock: Date.now };
      try {
        const overtake = (): Promise<void> =>
          createProjector({ ...projecting, reads: others, batchSize: 3 }).catchUp();
        let done = 0;
        let projector: Projector | undefined;
        for (const step of [...plan, { ...plan[0]!, append: given.length, faults: [], fresh: true }]) {
          const end = Math.min(given.length, done + step.append);
          await append(events, given.slice(done, end), done);
          await append(
            events,
            given.slice(Math.max(0, end - step.again), end),
            Math.max(0, end - step.again),
          );
          done = end;
          const settings: Projecting = {
            ...projecting,
            ...step,
            reads: failing(reads, step.faults, overtake),
          };
          const begin = (): Projector => createProjector(settings);
          const racing = step.racing
            ? createProjector({ ...settings, reads: others, batchSize: 2 }).catchUp()
            : undefined;
          const living: Projector | undefined = step.fresh ? undefined : projector;
          [projector] = await Promise.all([survive(begin, living ?? begin()), racing]);
        }
        const once = createProjector({ ...projecting, reads: plain, batchSize: 100_000 });
        await once.catchUp();
        const expected = await snapshot(plain, await liveOf(plain, projection.name));
        expect(await snapshot(reads, await liveOf(reads, projection.name))).toEqual(expected);
        expect(await projector!.verify()).toEqual([]);
        await projector!.rebuild(projection.name);
        expect(await snapshot(reads, await liveOf(reads, projection.name))).toEqual(expected);
      } finally {
        await subject.dispose();
        await plain.close();
        await events.close();
        folder.remove();
      }
    }),
    { numRuns: runs },
  );
};
