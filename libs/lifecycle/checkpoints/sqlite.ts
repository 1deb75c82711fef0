import type { Clock } from '../../domain/event.ts';
import type { CheckpointStore } from '../port.ts';
import { answer, openRelayFile } from '../relay-file.ts';

const schema = `
CREATE TABLE IF NOT EXISTS subscribers (
  name TEXT PRIMARY KEY,
  position INTEGER,
  owner TEXT,
  held_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID`;

/**
 * Opens subscribers' checkpoints in one SQLite file, which is made where it's missing. Several processes may have it open.
 *
 * It stands apart from the read models, which may be deleted at any time: a checkpoint that is lost is everything once more.
 *
 * @example
 * const checkpoints = openSqliteCheckpoints({ file: 'data/relay.sqlite' });
 */
export const openSqliteCheckpoints = (options: {
  readonly file: string;
  readonly clock?: Clock;
}): CheckpointStore => {
  const { file, clock = Date.now } = options;
  const db = openRelayFile(file, schema);
  const load = db.prepare<[string], number | null>('SELECT position FROM subscribers WHERE name = ?').pluck();
  const save = db.prepare<[string, number]>(
    `INSERT INTO subscribers (name, position) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET position = max(coalesce(position, 0), excluded.position)`,
  );
  const hold = db.prepare<{ name: string; owner: string; now: number; until: number }>(
    `INSERT INTO subscribers (name, owner, held_until) VALUES (@name, @owner, @until)
     ON CONFLICT (name) DO UPDATE SET owner = @owner, held_until = @until
     WHERE owner IS NULL OR owner = @owner OR held_until <= @now`,
  );
  const release = db.prepare<[string, string]>(
    'UPDATE subscribers SET owner = NULL, held_until = 0 WHERE name = ? AND owner = ?',
  );
  return {
    load: name => answer(() => load.get(name) ?? null),
    save: (name, position) => answer(() => void save.run(name, position)),
    hold: (name, owner, ms) =>
      answer(() => {
        const now = clock();
        return hold.run({ name, owner, now, until: now + ms }).changes === 1;
      }),
    release: (name, owner) => answer(() => void release.run(name, owner)),
    close: () => answer(() => void db.close()),
  };
};
