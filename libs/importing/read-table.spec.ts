import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RuleViolation } from '../domain/errors.ts';
import { RowError } from './define.ts';
import { FileProblem } from './errors.ts';
import { readTable, type EventsOf } from './read-table.ts';
import { fakeReading, rawRow, tableOf } from './testing.ts';

const row = (line: number, text = 'x') => rawRow(line, ['text'], [text]);
const eventsOf: EventsOf = ({ line, cells: [text = ''] }) => {
  if (text === 'odd') throw new RowError('text', 'is odd');
  if (text === 'rule') throw new RuleViolation('invalid-email', 'is no e-mail');
  if (text === 'fault') throw new TypeError('a fault of the program');
  const event = { id: `${line}`, type: 'T', version: 1, occurredAt: 0, data: {}, metadata: {} };
  return text === 'none' ? [] : [{ stream: 's', event }];
};
const lines = (told: readonly { readonly lines: readonly number[] }[]): readonly number[] =>
  told.flatMap(one => one.lines);

describe('reading rows one by one', () => {
  it('takes or refuses each once, in the order of the file, however often the window is full', async () => {
    const text = fc.constantFrom('x', 'odd', 'rule', 'none');
    await fc.assert(
      fc.asyncProperty(fc.array(text), fc.infiniteStream(fc.boolean()), async (texts, full) => {
        const reading = fakeReading({ full: () => full.next().value as boolean });
        const rows = texts.map((one, at) => row(at + 2, one));
        await readTable(tableOf(rows), reading, eventsOf);
        const isRefused = ({ cells }: (typeof rows)[number]): boolean => /odd|rule/.test(cells[0]!);
        expect(lines(reading.taken)).toEqual(rows.filter(one => !isRefused(one)).map(({ line }) => line));
        expect(lines(reading.refusals)).toEqual(rows.filter(isRefused).map(({ line }) => line));
      }),
    );
  });

  it('hands over how many characters each row has', async () => {
    const sizes: number[] = [];
    const measure: EventsOf = (_, characters) => {
      sizes.push(characters);
      return [];
    };
    const rows = [
      rawRow(2, ['a', 'b'], ['abc', '日本']),
      rawRow(3, ['a', 'b'], ['', '']),
      rawRow(4, ['a'], []),
    ];
    await readTable(tableOf(rows), fakeReading(), measure);
    expect(sizes).toEqual([5, 0, 0]);
  });

  it('gives a rule that a row breaks as its reason', async () => {
    const reading = fakeReading();
    await readTable(tableOf([row(2, 'rule'), row(3, 'odd')]), reading, eventsOf);
    expect(reading.refusals.map(({ reason }) => reason)).toEqual(['invalid-email: is no e-mail', 'is odd']);
  });

  it('flushes when the window is full and once more at the end', async () => {
    let count = 0;
    const reading = fakeReading({ full: () => ++count % 3 === 0 });
    await readTable(tableOf([2, 3, 4, 5, 6, 7, 8].map(line => row(line))), reading, eventsOf);
    expect([reading.flushes(), reading.steps.length]).toEqual([3, 3]);
    expect(reading.steps.at(-1)).toMatchObject({ file: 'rows.csv', bytesRead: 50, bytesTotal: 100 });
    expect(reading.steps.at(-1)).not.toHaveProperty('aside');
  });
});

describe('a file whose rows are not read to the end', () => {
  const rows = [row(2), row(3), row(4)];

  it('has the rows before it broke off, and says so', async () => {
    const [table, reading] = [tableOf(rows, new FileProblem('was cut off')), fakeReading()];
    await expect(readTable(table, reading, eventsOf)).rejects.toThrow('was cut off');
    expect([lines(reading.taken), reading.flushes(), table.closed()]).toEqual([[2, 3, 4], 1, 1]);
  });

  it('has none of the window where the program is at fault', async () => {
    const [table, reading] = [tableOf([row(2), row(3, 'fault')]), fakeReading()];
    await expect(readTable(table, reading, eventsOf)).rejects.toThrow('a fault of the program');
    expect([reading.flushes(), table.closed()]).toEqual([0, 1]);
  });

  it('ends after the window in which it was stopped', async () => {
    const stop = new AbortController();
    const reading = fakeReading({
      full: () => true,
      signal: stop.signal,
      flushed: ({ taken }) => {
        if (taken.length === 2) stop.abort();
      },
    });
    const table = tableOf(rows);
    await readTable(table, reading, eventsOf);
    expect([lines(reading.taken), table.closed()]).toEqual([[2, 3], 1]);
  });

  it('is let go of where the store is away, and the error is told', async () => {
    const reading = fakeReading({
      flushed: () => {
        throw new Error('the store is away');
      },
    });
    const table = tableOf(rows);
    await expect(readTable(table, reading, eventsOf)).rejects.toThrow('the store is away');
    expect(table.closed()).toBe(1);
  });
});
