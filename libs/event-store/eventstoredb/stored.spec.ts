import { describe, expect, it, jest } from '@jest/globals';
import type { EventData } from '@eventstore/db-client';
import fc from 'fast-check';
import { clientEvent } from '../../../test/support/client-events.ts';
import { anEvent } from '../../../test/support/events.ts';
import type { NewEvent } from '../../domain/event.ts';
import { plainCodec, type PersonalCodec } from '../codec.ts';
import { prepareAppend } from '../prepare.ts';
import { eventDecoder, markOf, positionOf, standingOf, toClientEvents } from './stored.ts';

const writing = { recordedAt: 1_700_000_000_000, mark: 'store.7' };

const sent = (list: readonly NewEvent[], codec = plainCodec): EventData[] =>
  toClientEvents(prepareAppend('lead-1', list, 'ANY', codec).events, writing);

const parsed = (bytes: unknown): unknown => JSON.parse(Buffer.from(bytes as Uint8Array).toString());

/** What the client reads of what it was given: JSON both ways. */
const readBack = ({ id, type, data, metadata }: EventData, revision = 0) =>
  clientEvent({
    id,
    type,
    revision: BigInt(revision),
    data: JSON.parse(JSON.stringify(data)) as never,
    metadata: parsed(metadata) as never,
  });

const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });
/** JSON has no −0, and a member called so would be no member of its own. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const members = fc.dictionary(
  fc.string({ unit: 'binary' }).filter(name => name !== '__proto__'),
  json,
  { maxKeys: 4 },
);

describe('an event in EventStoreDB', () => {
  it('is read as it was appended, whatever it holds', () => {
    const event = fc
      .record({
        version: fc.integer({ min: 1 }),
        occurredAt: fc.maxSafeInteger(),
        data: fc
          .tuple(members, fc.option(json, { nil: undefined }))
          .map(([rest, personal]) => (personal === undefined ? rest : { ...rest, personal })),
        metadata: fc
          .record(
            { actor: fc.string(), leadId: fc.string({ minLength: 1, maxLength: 60 }) },
            { requiredKeys: [] },
          )
          .chain(own => members.map(more => ({ ...more, ...own }))),
      })
      .map(changes => anEvent(changes as Partial<NewEvent>))
      .filter(({ metadata }) => metadata.leadId === undefined || typeof metadata.leadId === 'string');
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 3 }), list => {
        const decode = eventDecoder(plainCodec);
        expect(sent(list).map((each, n) => decode(readBack(each, n)))).toEqual(
          list.map((each, revision) => ({
            ...each,
            data: plain(each.data),
            metadata: plain(each.metadata),
            ...{ stream: 'lead-1', revision, position: 100, recordedAt: writing.recordedAt },
          })),
        );
      }),
    );
  });

  it('keeps personal data out of its data, and as the codec wrote it in its metadata', () => {
    const encode = jest.fn<PersonalCodec['encode']>(() => 'sealed');
    const decode = jest.fn<PersonalCodec['decode']>(() => ({ email: 'ann@example.org' }));
    const [event] = sent(
      [
        anEvent({
          data: { origin: 'web', personal: { email: 'ann@example.org' } },
          metadata: { leadId: 'l7' },
        }),
      ],
      { encode, decode },
    );
    expect(event!.data).toEqual({ origin: 'web' });
    expect(parsed(event!.metadata)).toMatchObject({ leadId: 'l7', $leadfold: { personal: 'sealed' } });
    expect(eventDecoder({ encode, decode })(readBack(event!)).data).toEqual({
      origin: 'web',
      personal: { email: 'ann@example.org' },
    });
    expect([encode.mock.calls, decode.mock.calls]).toEqual([
      [[{ email: 'ann@example.org' }, 'l7']],
      [['sealed', 'l7']],
    ]);
  });

  it('carries its append’s mark where it is the first of it, and only there', () => {
    const list = sent([anEvent(), anEvent(), anEvent({ metadata: {} })]);
    expect(list.map(each => markOf(readBack(each)))).toEqual(['store.7', null, null]);
  });

  it('is written into empty metadata as well as into others', () => {
    const [full, empty] = sent([anEvent({ metadata: { actor: 'api' } }), anEvent({ metadata: {} })]);
    expect(Object.keys(parsed(full!.metadata) as object)).toEqual(['$leadfold', 'actor']);
    expect(Object.keys(parsed(empty!.metadata) as object)).toEqual(['$leadfold']);
  });
});

describe('an event that others wrote', () => {
  const decode = eventDecoder(plainCodec);
  const created = new Date('2026-02-03T04:05:06.789Z');

  it('has version 1, and happened when the server made it', () => {
    expect(decode(clientEvent({ created, data: { n: 1 } as never, metadata: undefined }))).toMatchObject({
      ...{ version: 1, occurredAt: created.getTime(), recordedAt: created.getTime() },
      ...{ data: { n: 1 }, metadata: {} },
    });
  });

  it.each<[string, unknown]>([
    ['a text', 'x'],
    ['a list', [1]],
    ['numbers as texts', { version: '2', occurredAt: '5', recordedAt: '6' }],
    ['numbers that are not whole', { version: 1.5, occurredAt: 0.1, recordedAt: 2 ** 60 }],
    ['null', null],
  ])('is read by what the server knows where our member of its metadata is %s', (_, own) => {
    const event = decode(clientEvent({ created, metadata: { actor: 'x', $leadfold: own } as never }));
    expect(event).toMatchObject({ version: 1, occurredAt: created.getTime(), recordedAt: created.getTime() });
    expect(event.metadata).toEqual({ actor: 'x' });
    expect(event.unreadable).toBeUndefined();
  });

  it.each<[string, Parameters<typeof clientEvent>[0], string, object]>([
    ['binary data', { data: Buffer.from('x') as never }, 'its data is no JSON object', {}],
    ['a list for data', { data: [1] as never }, 'its data is no JSON object', {}],
    ['a text for data', { data: 'x' as never }, 'its data is no JSON object', {}],
    ['no data', { data: undefined as never }, 'its data is no JSON object', {}],
    [
      'binary metadata',
      { metadata: Buffer.from('x') as never },
      'its metadata is no JSON object',
      { leadId: '1' },
    ],
    ['a list for metadata', { metadata: [] as never }, 'its metadata is no JSON object', { leadId: '1' }],
    [
      'personal data that is no text of the codec',
      { metadata: { leadId: 'l7', $leadfold: { personal: '{"half' } } as never },
      "its personal data can't be decoded",
      { leadId: 'l7' },
    ],
  ])('says that it can’t be read where it has %s, and names its lead at most', (_, changes, why, left) => {
    const event = decode(clientEvent(changes));
    expect(event.unreadable).toBe(why);
    const { streamId } = clientEvent(changes);
    const known = Object.keys(left).length === 0 ? { leadId: streamId.slice('lead-'.length) } : left;
    expect([event.data, event.metadata]).toEqual([known, known]);
  });

  it('has no mark of an append of ours, whatever its metadata are', () => {
    const odd = fc.oneof(
      fc.anything(),
      fc.record({
        $leadfold: fc.oneof(fc.anything(), fc.record({ by: fc.oneof(fc.integer(), fc.constant(null)) })),
      }),
    );
    fc.assert(
      fc.property(odd, metadata => {
        const by = (metadata as { $leadfold?: { by?: unknown } } | null | undefined)?.$leadfold?.by;
        expect(markOf(clientEvent({ metadata: metadata as never }))).toBe(typeof by === 'string' ? by : null);
      }),
    );
  });
});

describe('an event’s place in the log', () => {
  it('is its commit position', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), at => {
        expect(positionOf(clientEvent({ at }))).toBe(at);
      }),
    );
  });

  it('is stood on with its id and its revision', () => {
    const event = clientEvent({ at: 4_711, revision: 12n });
    expect(standingOf(event)).toEqual({ id: event.id, revision: 12, position: 4_711 });
  });

  it.each<[string, Parameters<typeof clientEvent>[0]]>([
    ['none', { position: undefined as never }],
    ['one below the first', { at: -1 }],
    ['one that no number holds', { position: { commit: 2n ** 53n, prepare: 2n ** 53n } }],
  ])('must be told: %s is refused, and the server’s version named', (_, changes) => {
    expect(() => positionOf(clientEvent(changes))).toThrow('it has to be 22.6 or later');
  });
});
