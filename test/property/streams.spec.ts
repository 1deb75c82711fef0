import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import {
  createFeed,
  createReadOn,
  createStreams,
  lifecycleTypes,
  type Sink,
} from '../../libs/lifecycle/index.ts';
import { recordedAt, testMapping, until } from '../../libs/lifecycle/testing.ts';

const kinds = ['LeadCaptured', 'PageViewed', 'OrderPlaced', 'LeadStageChanged'] as const;
const types = ['leadfold.lead.captured', 'leadfold.order.placed', 'leadfold.lead.qualified'];

interface Told {
  readonly id: string;
  readonly type: string;
  readonly position: string;
}

/** A client as the HTML standard has it: it knows the last id, and what was dispatched. */
const reader = (stall: () => boolean, after = 0) => {
  const told: Told[] = [];
  let text = '';
  let lastId = String(after);
  let open = true;
  const sink: Sink = {
    write: chunk => {
      if (!open) throw new Error('written to after the end');
      text += chunk.toString();
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const lines = block.split('\n');
        const data = lines.find(line => line.startsWith('data: '));
        if (data !== undefined) told.push(JSON.parse(data.slice(6)) as Told);
        lastId = lines.find(line => line.startsWith('id: '))?.slice(4) ?? lastId;
      }
      return !stall();
    },
    onDrained: callback => void pause(1).then(callback),
    end: () => undefined,
    drop: () => undefined,
  };
  return { sink, told, lastId: () => Number(lastId), close: () => (open = false) };
};

describe('a client that is cut off and resumes, again and again', () => {
  it('is told every event that it wants, in order, and repeats at most what shares a place', async () => {
    const histories = fc.record({
      history: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 60 }),
      wanted: fc.option(fc.subarray(types, { minLength: 1 }), { nil: null }),
      cuts: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 5 }),
      kept: fc.integer({ min: 1, max: 30 }),
      stalls: fc.infiniteStream(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(histories, async ({ history, wanted, cuts, kept, stalls }) => {
        const store = openSqliteEventStore({ file: ':memory:' });
        const feed = createFeed({ events: store, toLifecycle: testMapping, kept });
        const streams = createStreams({ feed, readOn: createReadOn(store, testMapping) });
        // Somebody else keeps the feed going.
        const other = streams.open(reader(() => false).sink, { types: null, after: null });
        const writing = (async () => {
          for (const [place, type] of history.entries()) {
            const { id, version, occurredAt, data, metadata } = recordedAt(place + 1, type, {
              leadId: `l${place % 3}`,
              stage: place % 2 === 0 ? 'mql' : 'lead',
            });
            await store.append('lead-x', [{ id, type, version, occurredAt, data, metadata }], 'ANY');
            if (place % 7 === 0) await pause(1);
          }
        })();
        const filter = wanted === null ? null : new Set(wanted);
        const told: Told[] = [];
        let after = 0;
        for (const wait of cuts) {
          const client = reader(() => stalls.next().value === true, after);
          const gone = streams.open(client.sink, { types: filter, after });
          await pause(wait);
          gone();
          client.close();
          told.push(...client.told);
          after = client.lastId();
        }
        await writing;
        const expected = (await store.readAll(0, 1_000))
          .flatMap(testMapping)
          .map(({ cloudEvent }) => cloudEvent)
          .filter(({ type }) => filter === null || filter.has(type));
        const last = reader(() => stalls.next().value === true, after);
        streams.open(last.sink, { types: filter, after });
        const left = expected.filter(event => Number(event['position']) > after).length;
        await until(() => last.told.length >= left);
        await streams.close();
        await store.close();
        other();
        told.push(...last.told);
        const first = told.filter(({ id }, at) => told.findIndex(each => each.id === id) === at);
        expect(first.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        expect(told.length - first.length).toBeLessThanOrEqual(cuts.length);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('knows every type that it asks for', () => {
    for (const type of types) expect(lifecycleTypes.map(each => each.type)).toContain(type);
  });
});
