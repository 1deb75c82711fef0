import { createHash } from 'node:crypto';
import type { CellSchema, Generation } from '../read-store/port.ts';
import type { Context } from './context.ts';
import { schemaOf } from './contribution.ts';
import { deliver, type Delivery } from './delivery.ts';
import { createFolder, type Folder } from './fold.ts';
import { NoSuchProjection, type Projecting } from './port.ts';
import { createSkips, type Skip, type Skips } from './skips.ts';

/** A projection with what the runner needs of it. */
export interface Subject {
  readonly folder: Folder;
  readonly name: string;
  readonly version: number;
  readonly schema: CellSchema;
  readonly fingerprint: string;
  /** Ids of events that are left out by somebody's decision. */
  readonly skipped: Set<string>;
}

/** What all parts of a projector work on. */
export interface Surroundings extends Required<Omit<Projecting, 'upcast' | 'projections' | 'batchSize'>> {
  readonly subjects: readonly Subject[];
  /** How much is done at once. */
  readonly pace: Pace;
  readonly skips: Skips;
  /** Up to a batch of the log, read, parsed and upcast once. */
  readonly read: (after: number, upTo?: number) => Promise<Page>;
  readonly deliver: (events: Parameters<typeof deliver>[0]) => readonly Delivery[];
}

/** Large batches take the least time in all; small ones let a server that shares the process answer in between. */
export interface Pace {
  serving: boolean;
}

/** Events per batch. */
const sizes = { serving: 5_000, alone: 20_000 } as const;

/** A stretch of the log. */
export interface Page {
  /** Only events that some projection wants. */
  readonly deliveries: readonly Delivery[];
  /** Position of its last event; where it begins when it is empty. */
  readonly end: number;
  /** Number of events, wanted or not. */
  readonly count: number;
  /** Decisions among them to leave events out. */
  readonly skips: readonly Skip[];
}

export const surround = (projecting: Projecting): Surroundings => {
  const { events, context, projections } = projecting;
  const subjects = projections.map((projection): Subject => {
    const schema = schemaOf(projection);
    return {
      folder: createFolder(projection, context),
      name: projection.name,
      version: projection.version,
      schema,
      fingerprint: fingerprintOf(context, schema),
      skipped: new Set(),
    };
  });
  const pace: Pace = { serving: false };
  const skips = createSkips(events, subjects);
  const wanted = new Set([skips.type, ...projections.flatMap(({ entity }) => Object.keys(entity))]);
  const pageOf = (deliveries: readonly Delivery[], end: number, count: number): Page => ({
    deliveries,
    end,
    count,
    skips: deliveries
      .filter(({ event }) => event.type === skips.type)
      .flatMap(({ event }) => skips.learn(event) ?? []),
  });
  const deliverAll = (page: Parameters<typeof deliver>[0]): readonly Delivery[] =>
    deliver(page, type => wanted.has(type), projecting.upcast);
  return {
    events,
    reads: projecting.reads,
    context,
    clock: projecting.clock,
    pace,
    remembered: projecting.remembered ?? 200_000,
    log: projecting.log ?? (() => undefined),
    subjects,
    skips,
    deliver: deliverAll,
    read: async (after, upTo = Infinity) => {
      const size = projecting.batchSize ?? (pace.serving ? sizes.serving : sizes.alone);
      const all = await events.readAll(after, size);
      const page = (all.at(-1)?.position ?? 0) <= upTo ? all : all.filter(({ position }) => position <= upTo);
      return pageOf(deliverAll(page), page.at(-1)?.position ?? after, page.length);
    },
  };
};

/** @throws NoSuchProjection */
export const subjectOf = ({ subjects }: Surroundings, name: string): Subject => {
  const subject = subjects.find(each => each.name === name);
  if (subject === undefined)
    throw new NoSuchProjection(
      name,
      subjects.map(each => each.name),
    );
  return subject;
};

/** Whether the definition at hand made the generation. */
export const isCurrent = ({ version, fingerprint }: Subject, generation: Generation): boolean =>
  generation.version === version && generation.fingerprint === fingerprint;

const fingerprintOf = (context: Context, schema: CellSchema): string =>
  createHash('sha256')
    .update(JSON.stringify([context.calendar.zone, context.workspace, schema]))
    .digest('hex')
    .slice(0, 16);
