import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { logModel } from '../../../test/property/event-store/model.ts';
import { anEvent, events } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { NewEvent } from '../../domain/event.ts';
import { plainCodec } from '../codec.ts';
import type { ExpectedRevision } from '../port.ts';
import { prepareAppend, type PreparedAppend } from '../prepare.ts';
import { openLog } from './schema.ts';
import { groupWriter, type Call, type WriteGroup } from './write-group.ts';

interface Asked {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
}

const prepared = ({ stream, events: list, expected }: Asked): PreparedAppend =>
  prepareAppend(stream, list, expected, plainCodec);
const one = (stream: string, expected: ExpectedRevision = 'ANY', list = [anEvent()]): PreparedAppend =>
  prepared({ stream, events: list, expected });

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('a group of appends that is written in one transaction', () => {
  const folder = temporaryFolder();
  let count = 0;
  let file: string;
  let db: Database.Database;
  let write: WriteGroup;

  beforeEach(() => {
    file = join(folder.path, `${++count}.db`);
    db = openLog(file);
    write = groupWriter(db);
  });
  afterEach(() => {
    db.close();
  });
  afterAll(() => folder.remove());

  const log = (from = db): readonly (readonly unknown[])[] =>
    from
      .prepare<[], unknown[]>('SELECT position, stream, revision, id FROM events ORDER BY position')
      .raw()
      .all();

  /** Few streams and few ids, so that appends meet what is there. */
  const asked: fc.Arbitrary<Asked> = fc.record({
    stream: fc.constantFrom('lead-1', 'lead-2', 'deal-1'),
    events: fc
      .uniqueArray(fc.nat({ max: 14 }), { minLength: 1, maxLength: 3 })
      .map(ids => ids.map(n => anEvent({ id: idOf(n) }))),
    expected: fc.oneof(
      fc.constantFrom<ExpectedRevision>('NO_STREAM', 'STREAM_EXISTS', 'ANY'),
      fc.nat({ max: 5 }),
    ),
  });
  const groups = fc.array(fc.array(fc.array(asked, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), {
    maxLength: 5,
  });

  it('answers for each call, and leaves in the log, what a plain list of events would', () => {
    fc.assert(
      fc.property(groups, list => {
        db.exec('DELETE FROM events');
        const model = logModel();
        for (const [turn, calls] of list.entries()) {
          const before = model.log.length;
          const expected = calls.map(call => {
            const taken: unknown[] = [];
            for (const { stream, events: given, expected: wanted } of call) {
              const outcome = model.append(stream, given, wanted);
              if (outcome.kind === 'wrong-revision')
                return { stream, expected: wanted, actual: outcome.actual };
              const { revision } = outcome.answer;
              const place = model.log.findIndex(each => each.stream === stream && each.revision === revision);
              taken.push({ ...outcome.answer, position: place + 1 });
            }
            return taken;
          });
          expect(
            write(
              calls.map(call => call.map(prepared)),
              turn,
            ),
          ).toEqual({
            outcomes: expected,
            written: model.log.length - before,
          });
        }
        expect(log()).toEqual(
          model.log.map(({ stream, revision, event }, n) => [n + 1, stream, revision, event.id]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('comes to the same log, however its calls are cut into groups', () => {
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 8 }), fc.integer({ min: 1, max: 8 }), (list, size) => {
        const calls = list.map(each => [prepared(each)]);
        db.exec('DELETE FROM events');
        const together = write(calls, 0);
        const all = log();
        db.exec('DELETE FROM events');
        const outcomes = [];
        for (let at = 0; at < calls.length; at += size) {
          const result = write(calls.slice(at, at + size), 0);
          if ('outcomes' in result) outcomes.push(...result.outcomes);
        }
        expect({ outcomes, written: all.length }).toEqual(together);
        expect(log()).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });

  it('stops a call at its first refusal, keeps what the call had before, and harms nobody else’s', () => {
    const result = write(
      [
        [one('lead-1', 'NO_STREAM')],
        [one('lead-2', 'NO_STREAM'), one('lead-1', 7), one('lead-3', 'NO_STREAM')],
        [one('lead-1', 0)],
      ],
      0,
    );
    expect(result).toEqual({
      outcomes: [
        [{ revision: 0, position: 1, duplicates: [] }],
        { stream: 'lead-1', expected: 7, actual: 0 },
        [{ revision: 1, position: 3, duplicates: [] }],
      ],
      written: 3,
    });
    expect(log().map(([, stream]) => stream)).toEqual(['lead-1', 'lead-2', 'lead-1']);
  });

  it('is plain data, which goes to another thread and back', () => {
    const calls: Call[] = [[one('lead-1')], [one('lead-1', 5)]];
    const result = write(structuredClone(calls), 0);
    expect(structuredClone(result)).toEqual(result);
  });

  it('takes nothing of an append of which one event can’t be written, and answers the others as failed too', () => {
    const broken = one('lead-2', 'ANY', events(2));
    const unfit = { ...broken, events: [broken.events[0]!, { ...broken.events[1]!, data: null as never }] };
    const result = write([[one('lead-1')], [unfit], [one('lead-3')]], 0);
    expect(result).toMatchObject({ busy: false, outcomeUnknown: false });
    expect('error' in result && String(result.error)).toContain('NOT NULL constraint failed: events.data');
    expect([log(), db.inTransaction]).toEqual([[], false]);
    expect(write([[one('lead-1')]], 0)).toMatchObject({ written: 1 });
  });

  it('is shown to others all at once', () => {
    const reader = openLog(file, { readonly: true });
    const calls = Array.from({ length: 20 }, (_, n) => [one(`lead-${n}`)]);
    reader.exec('BEGIN');
    expect(log(reader)).toEqual([]);
    write(calls, 0);
    expect(log(reader)).toEqual([]);
    reader.exec('COMMIT');
    expect(log(reader)).toHaveLength(20);
    reader.close();
  });

  it('says that the file is busy where another has it, and has tried nothing', () => {
    const other = openLog(file);
    other.exec('BEGIN IMMEDIATE');
    expect(write([[one('lead-1')]], 0)).toMatchObject({ busy: true, outcomeUnknown: false });
    other.exec('ROLLBACK');
    other.close();
    expect(log()).toEqual([]);
    expect(write([[one('lead-1')]], 0)).toMatchObject({ written: 1 });
  });

  it('fails without being busy where the file can’t be written at all', () => {
    write([[one('lead-1')]], 0);
    const reader = openLog(file, { readonly: true });
    const result = groupWriter(reader)([[one('lead-2')]], 0);
    expect(result).toMatchObject({ busy: false, outcomeUnknown: false });
    expect('error' in result && String(result.error)).toContain('readonly');
    reader.close();
    expect(log()).toHaveLength(1);
  });

  it('fails where the database was closed, and throws nothing', () => {
    db.close();
    expect(write([[one('lead-1')]], 0)).toMatchObject({ busy: false, outcomeUnknown: false });
  });

  describe('records its events', () => {
    const recorded = (): unknown[] =>
      db.prepare('SELECT recorded_at FROM events ORDER BY position').pluck().all();

    it('at one time, that of the group, and never before an earlier one', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 8 }), clock => {
          db.exec('DELETE FROM events');
          for (const now of clock) write([[one('lead-1')], [one('lead-2')]], now);
          const highest = clock.map((_, n) => Math.max(...clock.slice(0, n + 1)));
          expect(recorded()).toEqual(highest.flatMap(now => [now, now]));
        }),
        { numRuns: 30 },
      );
    });

    it('and leaves the time of a repeat as it was', () => {
      const event = anEvent();
      write([[one('lead-1', 'ANY', [event])]], 10);
      write([[one('lead-1', 'ANY', [event])]], 20);
      expect(recorded()).toEqual([10]);
    });
  });
});
