import type { Database } from 'better-sqlite3';
import { WrongExpectedRevision } from '../errors.ts';
import type { Appended, Position, Revision } from '../port.ts';
import type { PreparedAppend, PreparedEvent } from '../prepare.ts';

type Place = readonly [revision: Revision, position: Position];

/** What became of one append within its transaction. */
export type Verdict = Appended | WrongExpectedRevision;

/** One transaction's hand on the log. */
export interface Writer {
  /** Judges the append by what the log holds now, earlier appends of the transaction included, and writes it or nothing. */
  write(append: PreparedAppend): Verdict;
  /** Events written so far. */
  written(): number;
}

/** The statement that writes an event, by its columns in their order. */
export const into =
  'INSERT INTO events (position, stream, revision, id, type, version, occurred_at, recorded_at, lead_id, data, personal, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

/** Prepares the statements of writing; the returned function begins a writer and must run inside a write transaction. */
export const logWriter = (db: Database): ((now: number) => Writer) => {
  const last = db
    .prepare<[], Place>('SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1')
    .raw();
  const headOf = db
    .prepare<[string], Revision>(
      'SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1',
    )
    .pluck();
  const placeOf = db
    .prepare<[string, string], Place>('SELECT revision, position FROM events WHERE stream = ? AND id = ?')
    .raw();
  const insert = db.prepare(into);
  const begin = db.prepare(`${into} ON CONFLICT (stream, revision) DO NOTHING`);

  return now => {
    const [first, lastRecordedAt] = last.get() ?? [0, now];
    const recordedAt = Math.max(now, lastRecordedAt);
    let position = first;

    /** Whether the event was written: `begin` writes nothing where the place is taken. */
    const put = (stream: string, revision: Revision, event: PreparedEvent, statement = insert): boolean => {
      const { changes } = statement.run(
        position + 1,
        stream,
        revision,
        event.id,
        event.type,
        event.version,
        event.occurredAt,
        recordedAt,
        event.leadId,
        event.data,
        event.personal,
        event.metadata,
      );
      position += changes;
      return changes === 1;
    };

    /** The place of the last event when all of them stand in the stream one after the other from a revision on. */
    const standsAt = (stream: string, events: readonly PreparedEvent[], from: Revision): Place | null => {
      let place: Place | null = null;
      for (const [index, event] of events.entries()) {
        place = placeOf.get(stream, event.id) ?? null;
        if (place?.[0] !== from + index) return null;
      }
      return place;
    };

    const writeExactly = (append: PreparedAppend, head: Revision | null, from: Revision): Verdict => {
      const { stream, events, expected } = append;
      const fresh =
        (head ?? -1) + 1 === from && (head === null || !events.some(e => placeOf.get(stream, e.id)));
      if (fresh) {
        for (const [index, event] of events.entries()) put(stream, from + index, event);
        return { revision: from + events.length - 1, position, duplicates: [] };
      }
      const place = head === null ? null : standsAt(stream, events, from);
      return place === null
        ? new WrongExpectedRevision(stream, expected, head)
        : { revision: place[0], position: place[1], duplicates: events.map(event => event.id) };
    };

    /** Saves most new streams from being looked for: they show by their first place being free. */
    const writeNew = ({ stream, events }: PreparedAppend): Appended | null => {
      for (const [revision, event] of events.entries())
        if (!put(stream, revision, event, revision === 0 ? begin : insert)) return null;
      return { revision: events.length - 1, position, duplicates: [] };
    };

    const writeMissing = ({ stream, events }: PreparedAppend, head: Revision | null): Appended => {
      const duplicates: string[] = [];
      let revision = head ?? -1;
      let place: Place = [revision, position];
      for (const event of events) {
        const known = head === null ? undefined : placeOf.get(stream, event.id);
        if (known === undefined) {
          put(stream, ++revision, event);
          place = [revision, position];
        } else {
          duplicates.push(event.id);
          place = known;
        }
      }
      return { revision: place[0], position: place[1], duplicates };
    };

    return {
      written: () => position - first,
      write: append => {
        const { expected } = append;
        const begun = expected === 'NO_STREAM' ? writeNew(append) : null;
        if (begun !== null) return begun;
        const head = headOf.get(append.stream) ?? null;
        if (expected === 'NO_STREAM') return writeExactly(append, head, 0);
        if (typeof expected === 'number') return writeExactly(append, head, expected + 1);
        if (expected === 'STREAM_EXISTS' && head === null)
          return new WrongExpectedRevision(append.stream, expected, null);
        return writeMissing(append, head);
      },
    };
  };
};
