import type { CellSchema, Generation } from '../read-store/port.ts';
import { schemaOf } from './contribution.ts';
import type { Projection } from './define.ts';
import { deliver, type Delivery } from './delivery.ts';
import { numberEntities, type EntityNumbers } from './entity-numbers.ts';
import { fingerprintOf } from './fingerprint.ts';
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
export interface Surroundings extends Required<
  Omit<Projecting, 'upcast' | 'projections' | 'batchSize' | 'folderOf' | 'numbered'>
> {
  /** The list itself stays the same one when others are used. */
  readonly subjects: readonly Subject[];
  /** Works on these projections from now on; those that were used before are the same subjects. */
  readonly use: (projections: readonly Projection[]) => void;
  /** How much is done at once. */
  readonly pace: Pace;
  /** Pages that are folded before they are committed. */
  readonly pagesAtOnce: () => number;
  readonly skips: Skips;
  /** The numbers that lanes go by, until they forget everything. */
  readonly numbers: EntityNumbers;
  /** From now on others. Only while no page is in work, and all lanes must forget everything then. */
  readonly renumber: () => void;
  /** Up to a batch of the log, read, parsed and upcast once. */
  readonly read: (after: number, upTo?: number) => Promise<Page>;
  readonly deliver: (events: Parameters<typeof deliver>[0]) => readonly Delivery[];
}

/** Large commits take the least time in all; small ones let a server that shares the process answer in between. */
export interface Pace {
  serving: boolean;
}

/** Events that are read and folded at once: few, so that they are forgotten while they are young. */
const pageSize = 1_000;
/** Pages in one commit while the log has more of them. */
const pages = { serving: 5, alone: 40 } as const;

/** Entities of all generations together that are remembered. */
const remembered = 40_000;

/** A stretch of the log. */
export interface Page {
  /** Only events that some projection wants. */
  readonly deliveries: readonly Delivery[];
  /** Position of its last event; where it begins when it is empty. */
  readonly end: number;
  /** Number of events, wanted or not. */
  readonly count: number;
  /** As many as were asked for: there may be more. */
  readonly full: boolean;
  /** Decisions among them to leave events out. */
  readonly skips: readonly Skip[];
}

export const surround = (projecting: Projecting): Surroundings => {
  const { events, context, folderOf = createFolder } = projecting;
  const subjectFor = (projection: Projection): Subject => {
    const schema = schemaOf(projection);
    return {
      folder: folderOf(projection, context),
      name: projection.name,
      version: projection.version,
      schema,
      fingerprint: fingerprintOf(context, projection),
      skipped: new Set(),
    };
  };
  const subjects: Subject[] = [];
  const pace: Pace = { serving: false };
  const batchSize = projecting.batchSize ?? pageSize;
  const skips = createSkips(events, subjects);
  let numbers = numberEntities(projecting.numbered);
  const wanted = new Set<string>();
  const made = new WeakMap<Projection, Subject>();
  const use = (projections: readonly Projection[]): void => {
    const used = projections.map(projection => {
      const subject = made.get(projection) ?? subjectFor(projection);
      made.set(projection, subject);
      return subject;
    });
    subjects.splice(0, subjects.length, ...used);
    wanted.clear();
    wanted.add(skips.type);
    for (const { entity } of projections) for (const type of Object.keys(entity)) wanted.add(type);
  };
  use(projecting.projections);
  const pageOf = (deliveries: readonly Delivery[], rest: Omit<Page, 'deliveries' | 'skips'>): Page => ({
    ...rest,
    deliveries,
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
    pagesAtOnce: () => (projecting.batchSize !== undefined ? 1 : pace.serving ? pages.serving : pages.alone),
    get remembered() {
      return projecting.remembered ?? Math.ceil(remembered / Math.max(1, subjects.length));
    },
    log: projecting.log ?? (() => undefined),
    subjects,
    use,
    skips,
    get numbers() {
      return numbers;
    },
    renumber: () => void (numbers = numberEntities(projecting.numbered)),
    deliver: deliverAll,
    read: async (after, upTo = Infinity) => {
      const all = await events.readAll(after, batchSize);
      const page = (all.at(-1)?.position ?? 0) <= upTo ? all : all.filter(({ position }) => position <= upTo);
      return pageOf(deliverAll(page), {
        end: page.at(-1)?.position ?? after,
        count: page.length,
        full: page.length === batchSize,
      });
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
