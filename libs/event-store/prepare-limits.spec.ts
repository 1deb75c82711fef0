import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anEvent, events } from '../../test/support/events.ts';
import type { NewEvent } from '../domain/event.ts';
import { plainCodec } from './codec.ts';
import { InvalidAppend } from './errors.ts';
import { appendLimits } from './port.ts';
import { prepareAppend } from './prepare.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** Bytes of what is stored of the events, counted one by one. */
const storedBytes = (list: readonly NewEvent[]): number =>
  list
    .map(({ data, metadata }) => {
      const { personal, ...rest } = data as { personal?: unknown };
      const texts = [rest, metadata, ...(personal === undefined ? [] : [personal])];
      return texts.reduce<number>((sum, each) => sum + bytesOf(JSON.stringify(each)), 0);
    })
    .reduce((sum, bytes) => sum + bytes, 0);

const bytesPrepared = (list: readonly NewEvent[]): number =>
  prepareAppend('lead-1', list, 'ANY', plainCodec).bytes;

/** The text, made so much longer that the events come to the wanted bytes. */
const filled = (make: (text: string) => NewEvent[], piece: string, wanted: number): NewEvent[] => {
  const least = storedBytes(make(''));
  const each = storedBytes(make(piece)) - least;
  const pieces = piece.repeat(Math.floor((wanted - least) / each));
  return make(pieces + 'x'.repeat(wanted - storedBytes(make(pieces))));
};

const places: Readonly<Record<string, (text: string) => NewEvent[]>> = {
  data: text => [anEvent({ data: { text } })],
  'personal data': text => [anEvent({ data: { personal: { text } } })],
  metadata: text => [anEvent({ metadata: { source: text } })],
  'one event of several': text => [anEvent(), anEvent({ data: { text } }), anEvent()],
};

describe('the bytes of an append', () => {
  const cases = Object.keys(places).flatMap(place =>
    ['x', 'é', '€', '😀', '"', '\n', '\u0001', '\ud800'].map(piece => [place, piece] as const),
  );

  it.each(cases)('are taken to the last one in %s of %j, and refused beyond', (place, piece) => {
    const make = places[place]!;
    const full = filled(make, piece, appendLimits.bytes);
    expect(storedBytes(full)).toBe(appendLimits.bytes);
    expect(bytesPrepared(full)).toBe(appendLimits.bytes);
    const over = filled(make, piece, appendLimits.bytes + 1);
    expect(() => bytesPrepared(over)).toThrow(InvalidAppend);
    expect(() => bytesPrepared(over)).toThrow(
      'an append holds at most 1000000 bytes of data and metadata, not 1000001',
    );
  });

  it('are never told to be fewer than they are, nor more than may be', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .record({
          piece: fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
          times: fc.nat({ max: 9_000 }),
        })
        .map(({ piece, times }) => piece.repeat(times)),
    );
    const event = fc
      .tuple(text, text, text)
      .map(([open, personal, source]) =>
        anEvent({ data: { open, personal: { personal } }, metadata: { source } }),
      );
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 8 }), list => {
        const told = bytesPrepared(list);
        expect(told).toBeGreaterThanOrEqual(storedBytes(list));
        expect(told).toBeLessThanOrEqual(appendLimits.bytes);
      }),
      { numRuns: 40 },
    );
  });

  it('count as the codec writes personal data, not as it is', () => {
    const encode = (): string => 'x'.repeat(appendLimits.bytes);
    const list = [anEvent({ data: { personal: {} } })];
    const prepared = (): unknown => prepareAppend('lead-1', list, 'ANY', { ...plainCodec, encode });
    expect(prepared).toThrow(expect.objectContaining({ rule: 'too-many-bytes' }));
  });
});

describe('the number of events in an append', () => {
  const small = (count: number): NewEvent[] => events(count, () => ({ data: {}, metadata: {} }));
  const ruleOf = (list: readonly NewEvent[]): unknown => {
    try {
      return prepareAppend('lead-1', list, 'ANY', plainCodec).events.length;
    } catch (error) {
      return error;
    }
  };

  it('is at least one and at most a thousand', () => {
    expect(ruleOf(small(1))).toBe(1);
    expect(ruleOf(small(1_000))).toBe(1_000);
    expect(ruleOf([])).toMatchObject({ rule: 'no-events', message: 'an append holds at least one event' });
    expect(ruleOf(small(1_001))).toMatchObject({
      rule: 'too-many-events',
      message: 'an append holds at most 1000 events, not 1001',
    });
  });

  it('is refused before anything of the events is looked at', () => {
    const list = Array.from({ length: 1_001 }, () => null as never);
    expect(ruleOf(list)).toMatchObject({ rule: 'too-many-events' });
  });
});
