import { UnknownProjection } from '../read-store/errors.ts';
import type { Generation, GenerationStatus } from '../read-store/port.ts';
import { createLane, type Lane, type Purpose } from './lane.ts';
import { isCurrent, type Subject, type Surroundings } from './surroundings.ts';

/** The generations that this process keeps. */
export interface Catalogue {
  readonly lanes: () => readonly Lane[];
  /** Reads the store's list again: makes what is missing, drops what is abandoned. */
  readonly sync: () => Promise<void>;
  /** A new generation for a rebuild by this process, or the one that it has begun. */
  readonly begin: (subject: Subject) => Promise<Lane>;
  /** Lets go of a generation without touching it. */
  readonly release: (lane: Lane) => void;
  /** Whether every projection has a live generation of its definition, or will not get one by itself. */
  readonly settled: () => boolean;
  /** Lets go of all that belongs to projections which aren't used any more. */
  readonly retain: () => void;
  /** The rebuild of this projection failed: it isn't begun again by itself. */
  readonly giveUp: (subject: Subject) => void;
}

/** A generation that another process builds shows by its batches that it is alive. After this long without, ms: */
const silence = { adopt: 5_000, drop: 60_000 } as const;

export const createCatalogue = (around: Surroundings): Catalogue => {
  const { reads, subjects, clock, log } = around;
  const lanes = new Map<string, Lane>();
  const watched = new Map<string, { readonly batch: number; readonly since: number }>();
  const hopeless = new Set<Subject>();
  /** Those whose live generation was made by another definition and is to be replaced. */
  const outdated = new Set<Subject>();

  const keep = (subject: Subject, generation: Generation, purpose: Purpose): Lane => {
    const key = keyOf(generation);
    const before = lanes.get(key);
    if (before?.purpose === purpose) return before;
    const lane = createLane(around, subject, generation, purpose);
    lanes.set(key, lane);
    return lane;
  };

  const create = async ({ name, version, fingerprint, schema }: Subject): Promise<Generation> => {
    const generation = await reads.create({ name, version, fingerprint, schema, createdAt: clock() });
    log('info', 'a new generation begins', { projection: name, generation: generation.generation });
    return generation;
  };

  /** For how long nobody has committed to it, ms. */
  const silent = async (generation: Generation): Promise<number> => {
    const { batch } = await reads.checkpoint(generation);
    const before = watched.get(keyOf(generation));
    if (before?.batch === batch) return performance.now() - before.since;
    watched.set(keyOf(generation), { batch, since: performance.now() });
    return 0;
  };

  const syncOne = async (subject: Subject, generations: readonly Generation[]): Promise<void> => {
    const of = (status: GenerationStatus): readonly Generation[] =>
      generations.filter(each => each.status === status && isCurrent(subject, each));
    outdated.delete(subject);
    const live = generations.find(({ status }) => status === 'live');
    const building = generations.filter(({ status }) => status === 'building');
    const held = of('held');
    for (const each of held) keep(subject, each, 'follow');
    if (live === undefined) {
      // Nobody can read it yet, so it may as well be read while it catches up.
      const first = of('building').at(-1) ?? (await create(subject));
      await reads.promote(first);
      keep(subject, first, 'follow');
      return;
    }
    if (isCurrent(subject, live)) keep(subject, live, 'follow');
    // Where one is held, somebody wants to look before the change takes effect.
    else if (held.length === 0) outdated.add(subject);
    const needed = outdated.has(subject) && !hopeless.has(subject);
    const wanted = needed ? of('building').at(-1) : undefined;
    for (const each of building) {
      if (lanes.has(keyOf(each))) continue;
      const quiet = await silent(each);
      if (each === wanted && quiet >= silence.adopt) keep(subject, each, 'build');
      if (each !== wanted && quiet >= silence.drop) await reads.drop(each);
    }
    if (needed && wanted === undefined) keep(subject, await create(subject), 'build');
  };

  const sync = async (): Promise<void> => {
    const all = await reads.generations();
    const existing = new Set(all.map(keyOf));
    for (const key of [...lanes.keys()]) if (!existing.has(key)) lanes.delete(key);
    for (const subject of subjects) {
      const own = all.filter(({ name }) => name === subject.name);
      await unlessGone(syncOne(subject, own));
    }
  };

  return {
    lanes: () => [...lanes.values()],
    sync,
    begin: async subject => {
      hopeless.delete(subject);
      const begun = [...lanes.values()].find(
        lane => lane.subject === subject && lane.purpose === 'build',
      )?.generation;
      return keep(subject, begun ?? (await create(subject)), 'rebuild');
    },
    settled: () => [...outdated].every(subject => hopeless.has(subject)),
    release: lane => void lanes.delete(keyOf(lane.generation)),
    retain: () => {
      for (const [key, { subject }] of lanes) if (!subjects.includes(subject)) lanes.delete(key);
      for (const each of [outdated, hopeless])
        for (const subject of each) if (!subjects.includes(subject)) each.delete(subject);
    },
    giveUp: subject => void hopeless.add(subject),
  };
};

const keyOf = ({ name, generation }: Generation): string => `${name}.${generation}`;

/** Another process may drop or swap a generation at any moment; the next look tells. */
const unlessGone = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof UnknownProjection)) throw error;
  }
};
