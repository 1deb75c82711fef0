import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anEvent, collect } from '../../../test/support/events.ts';
import type { Json, RecordedEvent } from '../../domain/event.ts';
import type { EventStore } from '../port.ts';
import { checkHeader, eventOf, footerOf, header, InvalidExport, lineOf, parseLine } from './lines.ts';
import { readExport } from './read.ts';
import { exportLines } from './write.ts';

/** Times that ISO 8601 can say with a year of any number of digits. */
const time = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
const json = fc
  .dictionary(
    fc.string({ unit: 'binary' }).filter(name => name !== '__proto__'),
    fc.jsonValue({ stringUnit: 'binary' }),
    { maxKeys: 3 },
  )
  .map(value => JSON.parse(JSON.stringify(value)) as Readonly<Record<string, Json>>);

const events: fc.Arbitrary<readonly RecordedEvent[]> = fc
  .array(
    fc.record({
      occurredAt: time,
      recordedAt: time,
      data: json,
      metadata: json,
      version: fc.integer({ min: 1 }),
    }),
    { maxLength: 6 },
  )
  .map(list =>
    list.map(({ metadata, ...each }, n) => ({
      ...anEvent({ metadata: metadata }),
      ...each,
      ...{ stream: `lead-${n % 2}`, revision: n >> 1, position: (n + 1) * 3 },
    })),
  );

const storeOf = (log: readonly RecordedEvent[]): EventStore =>
  ({
    head: () => Promise.resolve(log.at(-1)?.position ?? 0),
    readAll: (after: number, limit: number) =>
      Promise.resolve(log.filter(({ position }) => position > after).slice(0, limit)),
  }) as Partial<EventStore> as EventStore;

const written = async (log: readonly RecordedEvent[]): Promise<string> =>
  (await collect(exportLines(storeOf(log)))).join('');
const linesIn = (text: string): readonly string[] => text.split('\n').slice(0, -1);
const faultOf = (lines: readonly string[]): Promise<unknown> =>
  collect(readExport(lines)).then(
    () => null,
    (error: unknown) => error,
  );

const aRecorded: RecordedEvent = { ...anEvent(), stream: 'lead-1', revision: 0, position: 1, recordedAt: 5 };

describe('an event as a line', () => {
  it('comes back as it was, and never holds the end of a line', async () => {
    await fc.assert(
      fc.asyncProperty(events, async log => {
        const text = await written(log);
        expect(linesIn(text)).toHaveLength(log.length + 2);
        expect(await collect(readExport(linesIn(text)))).toEqual(log);
        for (const event of log) expect(eventOf(parseLine(lineOf(event), 2), 2)).toEqual(event);
      }),
    );
  });

  const lineWith = (changes: Readonly<Record<string, unknown>>) =>
    parseLine(JSON.stringify({ ...parseLine(lineOf(aRecorded), 2), ...changes }), 2);

  it.each<[string, readonly unknown[]]>([
    ['position', [undefined, null, 0, -1, 1.5, '1', 2 ** 53]],
    ['revision', [undefined, null, -1, 0.5, '0']],
    ['version', [undefined, null, 0, '1', true]],
    ['stream', [undefined, null, 7, ['lead-1']]],
    ['id', [undefined, null, 7, {}]],
    ['type', [undefined, null, 7]],
    ['occurredAt', [undefined, null, 1_700_000_000_000, 'yesterday', '', '2026-13-01T00:00:00Z']],
    ['recordedAt', [undefined, null, 0, 'x', '2026-02-30T25:00:00Z']],
    ['data', [undefined, null, 'x', 7, [], [1]]],
    ['metadata', [undefined, null, 'x', 7, []]],
  ])('is refused for a %s that can’t be used, and the line and the member said', (member, values) => {
    for (const value of values) {
      const read = (): unknown => eventOf(lineWith({ [member]: value }), 41);
      expect(read).toThrow(InvalidExport);
      expect(read).toThrow(new InvalidExport(41, `has no usable ${member}`));
    }
  });

  it('never shows what is in a line that is refused', () => {
    const secret = 'ann@example.org';
    for (const text of [`{"personal":"${secret}"`, `"${secret}"`, `["${secret}"]`, secret])
      expect(() => parseLine(text, 9)).toThrow(/^line 9 is no JSON( object|; the file may be cut off)$/);
    expect(() => eventOf(lineWith({ data: secret, type: 7 }), 9)).toThrow(
      /^line 9 has no usable (type|data)$/,
    );
  });

  it('says its line to who has to repair the file', () => {
    expect(new InvalidExport(12, 'is missing')).toMatchObject({
      line: 12,
      message: 'line 12 is missing',
      name: 'InvalidExport',
    });
  });
});

describe('the header and the footer', () => {
  it('are told from other lines by what is in them', () => {
    expect(() => checkHeader({ ...header })).not.toThrow();
    expect(() => checkHeader({})).toThrow('line 1 does not say that this is an export of a log');
    expect(() => checkHeader({ format: 'leadfold-log', version: 2 })).toThrow(
      'line 1 says version 2, and this Leadfold knows 1',
    );
    expect(() => checkHeader({ format: 'leadfold-log', version: '1' })).toThrow(InvalidExport);
    expect(footerOf({ events: 3, sha256: 'ab' })).toEqual({ events: 3, sha256: 'ab' });
    for (const odd of [
      {},
      { events: 3 },
      { sha256: 'ab' },
      { events: '3', sha256: 'ab' },
      { events: 0.5, sha256: 'ab' },
    ])
      expect(footerOf(odd)).toBeNull();
  });
});

describe('an export that is not as it was written', () => {
  it('is refused wherever it was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.double({ min: 0, max: 1, noNaN: true }), async (log, part) => {
        const text = await written(log);
        const cut = text.slice(0, Math.floor(part * (text.length - 1)));
        // A reader of lines gives the last one with or without its end; what is left of the footer alone is whole.
        const lines = cut.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
        if (cut === text.slice(0, -1)) return;
        expect(await faultOf(lines)).toBeInstanceOf(InvalidExport);
      }),
    );
  });

  it('is refused for any character that was changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.nat(),
        fc.constantFrom('0', 'x', '"', ' ', '}', '\\'),
        async (log, place, other) => {
          const text = await written(log);
          const at = place % text.length;
          fc.pre(text[at] !== other && text[at] !== '\n');
          const changed = text.slice(0, at) + other + text.slice(at + 1);
          expect(await faultOf(linesIn(changed))).toBeInstanceOf(InvalidExport);
        },
      ),
    );
  });

  it('is refused for lines that are missing, stand twice, or stand elsewhere', async () => {
    const many = events.filter(list => list.length >= 2);
    await fc.assert(
      fc.asyncProperty(many, fc.nat(), fc.nat(), async (log, a, b) => {
        const lines = linesIn(await written(log));
        const [one, other] = [a % lines.length, b % lines.length];
        const spoilt = [
          lines.toSpliced(one, 1),
          lines.toSpliced(one, 0, lines[one]!),
          ...(one === other ? [] : [lines.with(one, lines[other]!).with(other, lines[one]!)]),
          [...lines, ...lines],
        ];
        for (const each of spoilt) expect(await faultOf(each)).toBeInstanceOf(InvalidExport);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, (lines: readonly string[]) => readonly string[], string]>([
    ['nothing at all', () => [], 'line 1 is missing: the file is cut off'],
    ['a header alone', ([first = '']) => [first], 'line 2 is missing: the file is cut off'],
    [
      'a footer that counts otherwise',
      lines => lines.toSpliced(1, 1),
      'line 3 counts 2 events, and there are 1',
    ],
    ['a line after the footer', lines => [...lines, '{}'], 'line 5 follows the last one'],
    [
      'a footer in front',
      lines => [lines.at(-1)!, ...lines],
      'line 1 does not say that this is an export of a log',
    ],
  ])('says what is wrong with %s', async (_, change, sentence) => {
    const two = [aRecorded, { ...anEvent(), stream: 'lead-1', revision: 1, position: 2, recordedAt: 6 }];
    expect(await faultOf(change(linesIn(await written(two))))).toMatchObject({ message: sentence });
  });
});

describe('writing an export', () => {
  it('stops at an event that can’t be read, and says where it stands', async () => {
    const broken = { ...aRecorded, revision: 1, position: 8, unreadable: 'its data is no JSON object' };
    const writing = collect(exportLines(storeOf([aRecorded, broken])));
    await expect(writing).rejects.toBeInstanceOf(InvalidExport);
    await expect(writing).rejects.toThrow("would be position 8, which can't be read");
  });
});
