import { describe, expect, it } from '@jest/globals';
import type { Json, NewEvent } from '../../../libs/domain/event.ts';
import { InvalidAppend } from '../../../libs/event-store/errors.ts';
import { appendLimits, type ExpectedRevision } from '../../../libs/event-store/port.ts';
import { anEvent, aStream, collect, events } from '../../support/events.ts';
import { eachWith, type SubjectFactory } from './setup.ts';

const circle = (): unknown => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  return loop;
};

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = { in: value };
  return value;
};

/** An event that breaks the rules on purpose. */
const broken = (changes: Readonly<Record<string, unknown>>): NewEvent => ({ ...anEvent(), ...changes });

class Money {
  readonly amount = 1;
}

/** What no store takes, and what every store gives back as it was. */
export const limits = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);

  const refuses = async (
    rule: string,
    list: readonly NewEvent[],
    changes: { readonly stream?: string; readonly expected?: ExpectedRevision } = {},
  ): Promise<void> => {
    const { store } = subject();
    const { stream, expected } = { stream: aStream(), expected: 'ANY' as const, ...changes };
    const head = await store.head();
    const refused = store.append(stream, list, expected);
    await expect(refused).rejects.toBeInstanceOf(InvalidAppend);
    await expect(refused).rejects.toMatchObject({ rule });
    expect(await store.head()).toBe(head);
  };

  it.each(['', 'a b', 'lead/1', 'lead-ü', 'lead-1\n', 'a\0', 'x'.repeat(appendLimits.streamName + 1)])(
    'refuses the stream name %j',
    stream => refuses('stream-name', [anEvent()], { stream }),
  );

  it.each(['a', 'lead-A_b.c:d-1', 'x'.repeat(appendLimits.streamName)])(
    'takes the stream name %j',
    async stream => {
      await subject().store.append(stream, [anEvent()], 'NO_STREAM');
      expect((await collect(subject().store.readStream(stream)))[0]!.stream).toBe(stream);
    },
  );

  it('tells streams apart by case', async () => {
    const { store } = subject();
    await store.append('lead-a', [anEvent()], 'NO_STREAM');
    await store.append('lead-A', [anEvent()], 'NO_STREAM');
    expect(await collect(store.readStream('lead-a'))).toHaveLength(1);
  });

  it.each([undefined, 'x', 'B8D6C1F0-1111-4111-8111-111111111111', 'b8d6c1f0111141118111111111111111', 7])(
    'refuses the event id %j',
    id => refuses('event-id', [broken({ id })]),
  );

  it.each([
    undefined,
    '',
    '1Click',
    'Link Clicked',
    'Link-Clicked',
    '$metadata',
    'T'.repeat(appendLimits.typeName + 1),
  ])('refuses the type %j', type => refuses('event-type', [broken({ type })]));

  it.each([undefined, 0, -1, 1.5, '1'])('refuses the version %j', version =>
    refuses('event-version', [broken({ version })]),
  );

  it.each([undefined, NaN, 1.5, Infinity, 2 ** 53, '2026-01-01'])('refuses occurredAt %j', occurredAt =>
    refuses('event-time', [broken({ occurredAt })]),
  );

  it.each([0, -62_135_596_800_000, Number.MAX_SAFE_INTEGER])('takes occurredAt %d', async occurredAt => {
    const stream = aStream();
    await subject().store.append(stream, [anEvent({ occurredAt })], 'ANY');
    expect((await collect(subject().store.readStream(stream)))[0]!.occurredAt).toBe(occurredAt);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [1]],
    ['a text', 'x'],
    ['a date', new Date()],
    ['a big integer', { n: 1n }],
    ['NaN', { n: NaN }],
    ['infinity', { deep: [{ n: -Infinity }] }],
    ['a function', { f: () => 1 }],
    ['a symbol', { s: Symbol('s') }],
    ['undefined in a list', { list: [1, undefined] }],
    ['a hole in a list', { list: new Array<number>(2) }],
    ['a date inside', { at: new Date() }],
    ['a map', { map: new Map() }],
    ['an instance', { money: new Money() }],
    ['a circle', { loop: circle() }],
    ['nesting without end', nested(5_000)],
    ['a personal date', { personal: { born: new Date() } }],
  ])('refuses data that is or holds %s', (_, data) => refuses('event-data', [anEvent({ data })]));

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['a function', { actor: () => 'x' }],
    ['an empty lead id', { leadId: '' }],
    ['a long lead id', { leadId: 'x'.repeat(65) }],
    ['a lead id that is a number', { leadId: 7 }],
    ['half a character as lead id', { leadId: '\ud800' }],
  ])('refuses metadata that is or holds %s', (_, metadata) =>
    refuses('event-metadata', [broken({ metadata })]),
  );

  it.each<[string, Json]>([
    ['nothing', {}],
    [
      'all kinds',
      { s: '', n: 0, f: 0.1, big: 2 ** 53, tiny: 5e-324, yes: true, no: null, l: [[], {}], o: { o: {} } },
    ],
    ['odd texts', { nul: 'a\0b', quote: '"\\', line: '\u2028', emoji: '😀', half: '\ud83d', ü: 'ß' }],
    ['odd names', JSON.parse('{"__proto__":{"x":1},"constructor":1,"":2,"toString":3,"a.b":4}') as Json],
    ['personal data', { leadId: 'x', personal: { email: 'a@example.com', list: [1, { deep: null }] } }],
    ['personal data alone', { personal: {} }],
    ['personal data that is no object', { personal: null }],
    ['personal data deeper down', { of: { personal: { x: 1 } } }],
    ['deep data', nested(90) as Json],
  ])('gives back data with %s as it was', async (_, data) => {
    const { store } = subject();
    const stream = aStream();
    await store.append(stream, [anEvent({ data })], 'NO_STREAM');
    const [read] = await collect(store.readStream(stream));
    expect(read!.data).toEqual(data);
    expect((await store.readAll(read!.position - 1, 1))[0]!.data).toEqual(data);
  });

  it('takes a member that is undefined for an absent one', async () => {
    const stream = aStream();
    await subject().store.append(
      stream,
      [
        anEvent({
          data: { a: 1, b: undefined, personal: undefined },
          metadata: { actor: 'x', source: undefined },
        }),
      ],
      'ANY',
    );
    const [read] = await collect(subject().store.readStream(stream));
    expect(Object.keys(read!.data as object)).toEqual(['a']);
    expect(Object.keys(read!.metadata)).toEqual(['actor']);
  });

  it('gives back metadata as it was', async () => {
    const metadata = {
      correlationId: 'c',
      causationId: 'k',
      actor: 'import:olist',
      source: 'olist',
      leadId: 'x'.repeat(64),
      batchId: 'b',
      commandHash: 'h',
    };
    const stream = aStream();
    await subject().store.append(stream, [anEvent({ metadata })], 'ANY');
    expect((await collect(subject().store.readStream(stream)))[0]!.metadata).toEqual(metadata);
  });

  describe('an append as a whole', () => {
    it('holds at least one event', () => refuses('no-events', []));

    it(`holds up to ${appendLimits.events} events`, async () => {
      const stream = aStream();
      await subject().store.append(stream, events(appendLimits.events), 'NO_STREAM');
      expect(await collect(subject().store.readStream(stream))).toHaveLength(appendLimits.events);
    });

    it('holds no event more', () => refuses('too-many-events', events(appendLimits.events + 1)));

    it('holds no id twice', async () => {
      const event = anEvent();
      await refuses('duplicate-id', [event, anEvent(), event]);
    });

    it.each(['x', 'ü', '😀'])('holds up to a million bytes of %j', async character => {
      const bytes = Buffer.byteLength(character);
      const event = anEvent({ data: { text: '' }, metadata: {} });
      const room = appendLimits.bytes - '{"text":""}{}'.length;
      const text = character.repeat(Math.floor(room / bytes)) + 'x'.repeat(room % bytes);
      const stream = aStream();
      await subject().store.append(stream, [{ ...event, data: { text } }], 'NO_STREAM');
      expect((await collect(subject().store.readStream(stream)))[0]!.data).toEqual({ text });
      await refuses('too-many-bytes', [anEvent({ data: { text: text + 'x' }, metadata: {} })]);
    });

    it('counts the bytes of all of its events, personal data and metadata too', async () => {
      const half = 'x'.repeat(appendLimits.bytes / 2);
      await refuses('too-many-bytes', [anEvent({ data: { half } }), anEvent({ data: { half } })]);
      await refuses('too-many-bytes', [anEvent({ data: { half, personal: { half } } })]);
      await refuses('too-many-bytes', [anEvent({ data: { half }, metadata: { source: half } })]);
    });

    it('is refused whole when its last event is', () =>
      refuses('event-id', [...events(5), anEvent({ id: 'broken' })]));
  });

  it.each<unknown>([-1, 1.5, NaN, Infinity, 2 ** 53, 'any', undefined, null, '0'])(
    'refuses the expected revision %j',
    expected => refuses('expected-revision', [anEvent()], { expected: expected as ExpectedRevision }),
  );

  it('says in the refusal which event it was, and nothing personal', async () => {
    const event = anEvent({ data: { personal: { email: 'a@example.com', when: new Date() } } });
    const error: unknown = await subject()
      .store.append(aStream(), [event], 'ANY')
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain(event.id);
    expect(String(error)).not.toContain('example.com');
  });
};
