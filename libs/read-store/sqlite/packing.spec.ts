import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { schema as given } from '../../../test/support/reads.ts';
import type { Json } from '../../domain/event.ts';
import { deltaReader, type Coordinate } from '../deltas.ts';
import type { Batch, CellDelta, DimensionValue } from '../port.ts';
import { shapeOf } from '../shape.ts';
import { fromStored } from '../text.ts';
import { additionsOf, packer, preparer, unpackBatch, type PackedBatch } from './prepared.ts';
import type { Values } from './packed.ts';
import { fromIndex } from './values.ts';

const shape = shapeOf(given);
const prepare = preparer(shape);
const pack = packer(shape);

const listOf = (values: Values): readonly Coordinate[] =>
  Array.from({ length: values.length }, (_, place) => values.at(place));

/** Short ones that come again, and long ones; some that no database takes as they are. */
const text = fc.oneof(
  fc.constantFrom('web', 'mail', '', '0', 'a\0b', '\u0001', '\ud83d', 'x'.repeat(24), 'x'.repeat(25)),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const value: fc.Arbitrary<DimensionValue> = fc.oneof(
  text,
  fc.maxSafeInteger(),
  // JSON has no −0.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(n => (n === 0 ? 0 : n)),
  fc.constant(null),
);

const entities = fc.uniqueArray(
  fc.record({
    id: text,
    state: fc.record(
      { stage: value, score: value, more: fc.jsonValue() },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Json>,
    due: fc.option(fc.maxSafeInteger()),
    quality: fc.array(fc.record({ reason: text, kept: fc.boolean(), cell: fc.constant({}) }), {
      maxLength: 2,
    }),
  }),
  { selector: ({ id }) => id, maxLength: 12 },
);
const cells: fc.Arbitrary<readonly CellDelta[]> = fc.array(
  fc
    .record({
      origin: fc.option(text, { nil: undefined }),
      days: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(null, undefined)),
      on: fc.constantFrom('won', 'entered'),
      day: fc.constantFrom('2016-02-29', '2017-01-01', null, undefined),
      leads: fc.maxSafeInteger(),
    })
    .map(({ origin, days, on, day, leads }) => ({
      cell: {
        ...(origin !== undefined && { origin }),
        ...(days !== undefined && { days }),
        ...(day !== undefined && { [on]: day }),
      },
      add: { leads },
    })),
  { maxLength: 12 },
);
const park = fc.array(
  fc.record({
    entity: text,
    position: fc.nat(),
    eventId: text,
    type: text,
    raw: fc.jsonValue() as fc.Arbitrary<Json>,
    error: fc.option(text),
  }),
  { maxLength: 3 },
);
const batch: fc.Arbitrary<Batch> = fc.record({
  follows: fc.nat(),
  position: fc.nat(),
  release: fc.array(text, { maxLength: 3 }),
  ...{ entities, cells, park },
});

/** As it comes out of a thread's port. */
const throughPort = async (sent: PackedBatch): Promise<PackedBatch> => {
  const { port1, port2 } = new MessageChannel();
  const received = new Promise<PackedBatch>(resolve => port2.once('message', resolve));
  port1.postMessage(sent);
  const got = await received;
  port1.close();
  port2.close();
  return got;
};

describe('a batch on its way to the thread that commits', () => {
  it('comes out as it went in, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async each => {
        const got = unpackBatch(await throughPort(pack(each)));
        const flat = { entities: listOf(got.entities), additions: listOf(got.additions) };
        expect({ ...got, ...flat }).toEqual(prepare(each));
      }),
      { numRuns: 60 },
    );
  });

  it('still holds each contribution as it was read', () => {
    const read = deltaReader(shape);
    fc.assert(
      fc.property(batch, each => {
        const { additions } = unpackBatch(structuredClone(pack(each)));
        expect([...additionsOf(shape, additions)]).toEqual(each.cells.map(read));
      }),
    );
  });

  it('still holds each entity, with the values of its indexes', () => {
    const member = (state: Json, name: string): unknown =>
      (state as Readonly<Record<string, Json>>)[name] ?? null;
    fc.assert(
      fc.property(batch, each => {
        const flat = listOf(unpackBatch(structuredClone(pack(each))).entities);
        const width = 4 + shape.indexes.length;
        const rows = Array.from({ length: flat.length / width }, (_, n) =>
          flat.slice(n * width, (n + 1) * width),
        );
        const read = rows.map(([id, state, due, quality, ...indexes]) => ({
          id: fromStored(String(id)),
          state: JSON.parse(String(state)) as Json,
          due,
          quality: quality === null ? [] : (JSON.parse(String(quality)) as unknown),
          indexes: indexes.map(stored => fromIndex(stored ?? null)),
        }));
        expect(read).toEqual(
          each.entities.map(({ id, state, due, quality }) => ({
            ...{ id, due },
            state: JSON.parse(JSON.stringify(state)) as Json,
            quality: JSON.parse(JSON.stringify(quality)) as unknown,
            indexes: shape.indexes.map(name => member(JSON.parse(JSON.stringify(state)) as Json, name)),
          })),
        );
      }),
    );
  });

  it('holds only texts that a database keeps as they are', () => {
    fc.assert(
      fc.property(batch, each => {
        const { entities: flat, park: rows } = prepare(each);
        const texts = [...listOf(flat), ...rows.flat()].filter(stored => typeof stored === 'string');
        expect(texts.filter(stored => stored.includes('\0') || !stored.isWellFormed())).toEqual([]);
      }),
    );
  });

  it('takes few objects, however many rows it has', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => ({
      id: `lead-${n % 50}`,
      state: {},
      due: n,
      quality: [],
    }));
    const rest = { follows: 0, position: 1, cells: [], park: [], release: [] };
    const { entities: packed } = pack({ ...rest, entities: many });
    expect([...packed.words, ...packed.pieces].length).toBeLessThan(10);
    expect(packed.kinds).toHaveLength(5_000 * (4 + shape.indexes.length));
  });
});
