import type { AnyBulkWriteOperation, Collection, Document, Filter } from 'mongodb';
import type { Batch, CellSchema, ProjectionId } from '../libs/read-store/port.ts';
import { openMongoBench, type MongoBench } from './mongo-server.ts';
import type { Benchmark, BenchOptions, BenchResult } from './port.ts';
import { compare, type Round } from './rounds.ts';

const schema: CellSchema = {
  dimensions: { origin: 'text', stage: 'text' },
  measures: ['leads'],
  indexes: ['stage'],
};
const stages = ['visitor', 'lead', 'mql', 'sql', 'customer'] as const;
/** Entities of a batch, and totals that they change. */
const [states, totals] = [400, 100] as const;
/** Batches of a round. */
const batches = 3;

/** What both of them write in one batch. */
interface Work {
  readonly entities: readonly { readonly id: string; readonly stage: string; readonly text: string }[];
  readonly totals: readonly { readonly origin: string; readonly stage: string; readonly add: number }[];
}

/** @param first number of the first entity */
const workOf = (first: number, turn: number): Work => ({
  entities: Array.from({ length: states }, (_, n) => {
    const stage = stages[(n + turn) % stages.length] ?? '';
    const state = {
      stage,
      first: 1_500_000_000_000 + n,
      turn,
      origin: `origin-${n % 20}`,
      campaign: 'spring',
    };
    return { id: `lead-${first + n}`, stage, text: JSON.stringify(state) };
  }),
  totals: Array.from({ length: totals }, (_, n) => ({
    origin: `origin-${Math.floor(n / stages.length)}`,
    stage: stages[n % stages.length] ?? '',
    add: 1,
  })),
});

const batchOf = ({ entities, totals: adds }: Work): Pick<Batch, 'entities' | 'cells'> => ({
  entities: entities.map(({ id, text }) => ({
    id,
    state: JSON.parse(text) as never,
    due: null,
    quality: [],
  })),
  cells: adds.map(({ origin, stage, add }) => ({ cell: { origin, stage }, add: { leads: add } })),
});

/** A document that has a key. */
type Kept = Document & { readonly _id: string };

interface Change {
  readonly id: string;
  /** Its fields where it is not there yet. */
  readonly fresh: Document;
  /** What changes where it is. */
  readonly after: (before: Kept) => Document;
}

/** Looks what is there, then writes what is new and what has changed. */
const bareWrite = async (
  collection: Collection<Kept>,
  size: number,
  changes: readonly Change[],
  projection: Document = {},
): Promise<void> => {
  const ids = changes.map(({ id }) => id);
  const found = await collection.find({ _id: { $in: ids } } as Filter<Kept>, { projection }).toArray();
  const before = new Map(found.map((each): [string, Kept] => [each._id, each]));
  const operations = changes.map(({ id: _id, fresh, after }): AnyBulkWriteOperation<Kept> => {
    const known = before.get(_id);
    return known === undefined
      ? { insertOne: { document: { _id, ...fresh } } }
      : { updateOne: { filter: { _id }, update: { $set: after(known) } } };
  });
  for (let at = 0; at < operations.length; at += size)
    await collection.bulkWrite(operations.slice(at, at + size), { ordered: false });
};

/**
 * The adapter's documents, under its indexes, by the bare client: cells, entities, a checkpoint. Nothing is staged,
 * claimed or fenced, so a crash in between would leave half a batch.
 */
const bareCommit = async (
  { bare, size }: MongoBench,
  name: string,
  { entities, totals: adds }: Work,
  turn: number,
): Promise<void> => {
  const batch = turn + 1;
  await bareWrite(
    bare.collection<Kept>(`${name}.cells`),
    size,
    adds.map(({ origin, stage, add }) => ({
      id: JSON.stringify([0, -1, 'all', '', origin, stage]),
      fresh: { batch, t: 0, on: -1, grain: 'all', bucket: '', d0: origin, d1: stage, p0: 0, m0: add },
      after: ({ ['m0']: previous }) => ({ batch, p0: Number(previous), m0: Number(previous) + add }),
    })),
  );
  await bareWrite(
    bare.collection<Kept>(`${name}.entities`),
    size,
    entities.map(({ id, stage, text }) => {
      const version = { state: text, due: null, quality: null, odd: false, i0: stage };
      return {
        id,
        fresh: { batch, ...version, older: false, was: null },
        after: before => {
          const was = Object.fromEntries(
            Object.keys(version).map((field): [string, unknown] => [field, before[field]]),
          );
          return { batch, ...version, older: true, was };
        },
      };
    }),
    { was: 0 },
  );
  await bare
    .collection<Kept>(`${name}.checkpoint`)
    .updateOne({ _id: name }, { $set: { batch } }, { upsert: true });
};

/** Gives the bare client's collections the adapter's indexes. */
const sameIndexes = async ({ ours, bare }: MongoBench, { name, generation }: ProjectionId): Promise<void> => {
  for (const part of ['cells', 'entities']) {
    const there: readonly { readonly name?: unknown; readonly key: Document }[] = await ours
      .collection(`${name}.${generation}.${part}`)
      .listIndexes()
      .toArray();
    const wanted = there.map(index => ({ name: String(index.name), key: index.key }));
    await bare.collection(`${name}.${part}`).createIndexes(wanted.filter(index => index.name !== '_id_'));
  }
};

const measure = async (
  bench: MongoBench,
  name: string,
  firstOf: (turn: number) => number,
  options: BenchOptions,
): Promise<BenchResult> => {
  const { store } = bench;
  const id: ProjectionId = await store.create({ name, version: 1, fingerprint: '', schema, createdAt: 0 });
  await sameIndexes(bench, id);
  const count = options.quick === true ? 1 : batches;
  const run =
    (commit: (work: Work, turn: number) => Promise<void>): Round =>
    async round => {
      for (let n = 0; n < count; n++) {
        const turn = round * count + n;
        await commit(workOf(firstOf(turn), turn), turn);
      }
      return count * (states + totals);
    };
  return compare(
    {
      name,
      unit: 'documents/s',
      rounds: options.quick === true ? 1 : 8,
      wanted: 0.8,
      ours: run((work, turn) =>
        store.commit(id, { follows: turn, position: turn + 1, ...batchOf(work), park: [], release: [] }),
      ),
      bare: run((work, turn) => bareCommit(bench, name, work, turn)),
    },
    options,
  );
};

export const benchmark: Benchmark = {
  name: 'mongo-commit',
  description: 'batches committed to MongoDB, against the bare client that writes the same documents',
  run: async options => {
    const bench = await openMongoBench();
    try {
      return [
        await measure(bench, 'mongo-commit-new', turn => turn * states, options),
        await measure(bench, 'mongo-commit-again', () => 0, options),
      ];
    } finally {
      await bench.close();
    }
  },
};
