import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CheckpointConflict } from '../../../libs/read-store/errors.ts';
import type {
  DimensionValue,
  Entity,
  Generation,
  ParkedEvent,
  ReadStore,
} from '../../../libs/read-store/port.ts';
import type { ReadStoreFactory, ReadStoreSubject } from '../../contract/read-store/setup.ts';
import { aGeneration, aParked } from '../../support/reads.ts';

/** What the store should hold, in plain memory. */
interface Model {
  position: number;
  batch: number;
  readonly entities: Map<string, Entity>;
  parked: ParkedEvent[];
}

interface Real {
  store: ReadStore;
  readonly subject: ReadStoreSubject;
  readonly id: Generation;
}

const ids = ['a', 'b', 'B', 'é', '\uffee', '😀', 'a\0', 'a1', 'lead-1', 'lead-10', 'lead-2', ''];
const id = fc.constantFrom(...ids);
const value = fc.constantFrom<DimensionValue>(null, -1.5, 0, 2, 10, '10', 'x', 'X', '😀', '\uffee', '');
const entity: fc.Arbitrary<Entity> = fc.record({
  id,
  state: fc.record(
    { stage: value, score: value, more: fc.jsonValue() },
    { requiredKeys: [] },
  ) as fc.Arbitrary<never>,
  due: fc.option(fc.integer({ min: -3, max: 9 })),
  quality: fc.array(
    fc.record({ reason: fc.string(), kept: fc.boolean(), cell: fc.constant({ origin: 'web', days: null }) }),
    { maxLength: 2 },
  ),
});

const bytes = (text: string): Buffer => Buffer.from(text);
const byId = (a: Entity, b: Entity): number => Buffer.compare(bytes(a.id), bytes(b.id));
const member = (each: Entity, name: string): DimensionValue =>
  (each.state as Readonly<Record<string, DimensionValue>>)[name] ?? null;
const rank = (each: DimensionValue): number => (each === null ? 0 : typeof each === 'number' ? 1 : 2);
const compare = (a: DimensionValue, b: DimensionValue): number => {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : Buffer.compare(bytes(String(a)), bytes(String(b)));
};

/** JSON has no −0. */
const stored = (each: Entity): Entity => JSON.parse(JSON.stringify(each)) as Entity;

type Command = fc.AsyncCommand<Model, Real>;
const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const commit = fc
  .record({
    entities: fc.uniqueArray(entity, { selector: each => each.id, maxLength: 10 }),
    further: fc.nat({ max: 3 }),
    off: fc.constantFrom(0, 0, 0, 0, 0, -1, 1),
    release: fc.array(id, { maxLength: 2 }),
    park: fc.uniqueArray(fc.tuple(fc.nat({ max: 20 }), id), { selector: String, maxLength: 3 }),
  })
  .map(given =>
    command(`commit(${JSON.stringify(given)})`, async (model, real) => {
      const park = given.park.map(([position, of]) =>
        aParked(position, of, { error: position % 2 ? null : `at ${model.batch}` }),
      );
      const batch = {
        follows: model.batch + given.off,
        position: model.position + given.further,
        entities: given.entities,
        cells: [],
        park,
        release: given.release,
      };
      if (given.off !== 0) {
        await expect(real.store.commit(real.id, batch)).rejects.toThrow(CheckpointConflict);
        return;
      }
      await real.store.commit(real.id, batch);
      model.batch++;
      model.position += given.further;
      for (const each of given.entities) model.entities.set(each.id, stored(each));
      const same = (a: ParkedEvent) => park.some(b => a.position === b.position && a.entity === b.entity);
      model.parked = [
        ...model.parked.filter(each => !given.release.includes(each.entity) && !same(each)),
        ...park,
      ];
    }),
  );

const load = fc.array(id, { maxLength: 6 }).map(wanted =>
  command(`load(${JSON.stringify(wanted)})`, async (model, real) => {
    const found = [...new Set(wanted)].flatMap(each => model.entities.get(each) ?? []);
    expect(await real.store.load(real.id, wanted)).toEqual(new Map(found.map(each => [each.id, each])));
  }),
);

const pages = fc
  .record({
    sort: fc.constantFrom(undefined, 'stage', '-stage', 'score', '-score'),
    where: fc.record({ stage: value, score: value }, { requiredKeys: [] }),
    filtered: fc.boolean(),
    limit: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ sort, where, filtered, limit }) =>
    command(`pages(${JSON.stringify({ sort, where, filtered, limit })})`, async (model, real) => {
      const wanted = filtered ? where : {};
      const expected = [...model.entities.values()]
        .filter(each => Object.entries(wanted).every(([name, is]) => member(each, name) === is))
        .sort(byId);
      if (sort !== undefined)
        expected.sort((a, b) => compare(member(a, sort.replace('-', '')), member(b, sort.replace('-', ''))));
      if (sort?.startsWith('-')) expected.reverse();
      const got: Entity[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await real.store.entities(real.id, {
          limit,
          where: wanted,
          ...(sort && { sort }),
          ...(cursor && { cursor }),
        });
        expect(page.position).toBe(model.position);
        got.push(...page.value.entities);
        cursor = page.value.nextCursor;
      }
      expect(got).toEqual(expected);
    }),
  );

const lists = fc
  .tuple(fc.integer({ min: -4, max: 10 }), fc.integer({ min: 1, max: 6 }), id)
  .map(([before, limit, of]) =>
    command(`lists(${before}, ${limit}, ${of})`, async (model, real) => {
      const { store, id: generation } = real;
      const all = [...model.entities.values()].sort(byId);
      expect((await store.findings(generation)).value).toEqual(all.filter(each => each.quality.length > 0));
      const due = all.filter(each => each.due !== null && each.due <= before).sort((a, b) => a.due! - b.due!);
      expect(await store.due(generation, before, limit)).toEqual(due.slice(0, limit));
      const parked = model.parked.toSorted(
        (a, b) => a.position - b.position || Buffer.compare(bytes(a.entity), bytes(b.entity)),
      );
      expect(await store.parked(generation)).toEqual(parked);
      expect(await store.parked(generation, of)).toEqual(parked.filter(each => each.entity === of));
    }),
  );

const reopen = fc.constant(
  command('reopen', async (model, real) => {
    real.store = await real.subject.reopen();
    expect(await real.store.checkpoint(real.id)).toEqual({ position: model.position, batch: model.batch });
  }),
);

/** Entities of a read store against a plain map. `share` of the usual number of runs is for slow servers. */
export const entitiesByMapProperty = (name: string, factory: ReadStoreFactory, share = 1): void => {
  describe(`entities of the ${name} read store`, () => {
    it('are what a plain map holds, after any commands', async () => {
      const subject = await factory();
      let { store } = subject;
      await fc.assert(
        fc.asyncProperty(
          fc.commands([commit, commit, load, pages, lists, reopen], { size: 'medium' }),
          async commands => {
            const generation = await store.create(aGeneration());
            const real: Real = { store, subject, id: generation };
            await fc.asyncModelRun(
              () => ({ model: { position: 0, batch: 0, entities: new Map(), parked: [] }, real }),
              commands,
            );
            store = real.store;
            await store.drop(generation);
          },
        ),
        { numRuns: Math.ceil(50 * share) },
      );
      await subject.dispose();
    });
  });
};
