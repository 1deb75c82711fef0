import type { CellDelta, Entity, ProjectionId } from '../read-store/port.ts';
import { canonical } from './canonical.ts';
import { compareRows, expectedRows, wholeQueries } from './compare-cells.ts';
import { createTally } from './contribution.ts';
import { eventsOf, foldedState } from './entity-events.ts';
import { gather } from './scan.ts';
import type { Subject, Surroundings } from './surroundings.ts';

const sampled = 20;

/**
 * Checks a generation against itself and the log: the states' contributions add up to the cells, and some entities folded
 * anew from their events come out as they are stored. Answers what is wrong, or null. Nothing must write to it meanwhile.
 */
export const selfCheck = async (
  around: Surroundings,
  subject: Subject,
  id: ProjectionId,
  signal?: AbortSignal,
): Promise<string | null> => {
  const { position, value } = await gather(around.reads, id, () => collect(subject), subject.folder.foresee);
  const wrong = await checkCells(around, subject, id, value.cells);
  return wrong ?? checkSample(around, subject, value.sample, position, signal);
};

interface Collected {
  readonly cells: readonly CellDelta[];
  readonly sample: readonly Entity[];
}

const collect = ({
  folder,
}: Subject): { readonly visit: (entity: Entity) => void; readonly end: () => Collected } => {
  const tally = createTally();
  const sample: Entity[] = [];
  let seen = 0;
  return {
    visit: entity => {
      tally.add(folder.standing(entity.state).cells, 1);
      // Each of those seen so far is in the sample with the same chance.
      const place = Math.floor(Math.random() * ++seen);
      if (sample.length < sampled) sample.push(entity);
      else if (place < sampled) sample[place] = entity;
    },
    end: () => ({ cells: tally.deltas(), sample }),
  };
};

const checkCells = async (
  { reads }: Surroundings,
  { schema }: Subject,
  id: ProjectionId,
  cells: readonly CellDelta[],
): Promise<string | null> => {
  for (const query of wholeQueries(schema)) {
    const stored = await reads.cells(id, query);
    const [first] = compareRows(stored.value, expectedRows(schema, query, cells));
    if (first !== undefined)
      return `the total of ${canonical(first.by)} is ${canonical(first.left)}, but its entities add up to ${canonical(first.right)}`;
  }
  return null;
};

const checkSample = async (
  around: Surroundings,
  subject: Subject,
  sample: readonly Entity[],
  position: number,
  signal: AbortSignal | undefined,
): Promise<string | null> => {
  let suspects = new Map(sample.map(entity => [entity.id, entity]));
  for (const thorough of [false, true]) {
    if (suspects.size === 0) return null;
    const events = await eventsOf(around, subject, new Set(suspects.keys()), position, { thorough, signal });
    const differing = new Map<string, Entity>();
    for (const [id, entity] of suspects) {
      const { changed } = subject.folder.fold(events.get(id) ?? [], () => undefined, new Set());
      if (canonical(foldedState(subject, changed.get(id))) !== canonical(entity.state))
        differing.set(id, entity);
    }
    suspects = differing;
  }
  const [first] = suspects.keys();
  return first === undefined ? null : `entity ${first} folded anew from its events comes out differently`;
};
