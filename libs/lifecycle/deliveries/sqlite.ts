import { answer, openRelayFile } from '../relay-file.ts';
import type { Delivery, DeliveryStore } from '../webhooks/port.ts';
import { decodePlace, encodePlace } from './cursor.ts';
import { fromRow, schema, toRow, type DeliveryRow } from './rows.ts';

interface ListParameters {
  readonly webhook: string;
  readonly status: Delivery['status'] | null;
  readonly position: number;
  readonly ordinal: number;
  readonly limit: number;
}

/** After every place that there is. */
const end = { position: Number.MAX_SAFE_INTEGER, ordinal: 0 };

/**
 * Opens deliveries in one SQLite file, which may be the one of the checkpoints. Several processes may have it open.
 *
 * @example
 * const deliveries = openSqliteDeliveries({ file: 'data/relay.sqlite' });
 */
export const openSqliteDeliveries = ({ file }: { readonly file: string }): DeliveryStore => {
  const db = openRelayFile(file, schema);
  const names =
    'webhook, id, position, ordinal, lead, type, stream, revision, status, attempts, due_at, done_at, asked_at';
  const add = db.prepare<DeliveryRow>(
    `INSERT INTO deliveries (${names})
     VALUES (@webhook, @id, @position, @ordinal, @lead, @type, @stream, @revision, @status, @attempts, @due_at, @done_at, @asked_at)
     ON CONFLICT DO NOTHING`,
  );
  const save = db.prepare<DeliveryRow>(
    `UPDATE deliveries SET status = @status, attempts = @attempts, due_at = @due_at, done_at = @done_at,
     asked_at = CASE WHEN asked_at IS @asked_at THEN NULL ELSE asked_at END
     WHERE webhook = @webhook AND id = @id`,
  );
  const pending = db.prepare<[string, number], DeliveryRow>(
    `SELECT ${names} FROM deliveries INDEXED BY deliveries_pending
     WHERE webhook = ? AND status = 'pending' ORDER BY position, ordinal LIMIT ?`,
  );
  const asked = db.prepare<[string], DeliveryRow>(
    `SELECT ${names} FROM deliveries INDEXED BY deliveries_asked WHERE webhook = ? AND asked_at IS NOT NULL`,
  );
  const ask = db.prepare<[number, string, string], DeliveryRow>(
    `UPDATE deliveries SET asked_at = ? WHERE webhook = ? AND id = ? RETURNING ${names}`,
  );
  const find = db.prepare<[string, string], DeliveryRow>(
    `SELECT ${names} FROM deliveries WHERE webhook = ? AND id = ?`,
  );
  const list = db.prepare<ListParameters, DeliveryRow>(
    `SELECT ${names} FROM deliveries
     WHERE webhook = @webhook AND (position, ordinal) < (@position, @ordinal)
     AND (@status IS NULL OR status = @status)
     ORDER BY position DESC, ordinal DESC LIMIT @limit`,
  );
  const lastDelivered = db
    .prepare<[string], number | null>(
      "SELECT max(done_at) FROM deliveries WHERE webhook = ? AND status = 'delivered'",
    )
    .pluck();
  const drop = db.prepare<[string]>('DELETE FROM deliveries WHERE webhook = ?');
  const prune = db.prepare<[number]>('DELETE FROM deliveries WHERE done_at < ?');
  const addAll = db.transaction(
    (rows: readonly DeliveryRow[]) =>
      new Set(rows.filter(row => add.run(row).changes === 1).map(({ id }) => id)),
  );
  const known = (row: DeliveryRow | undefined): Delivery | null => (row === undefined ? null : fromRow(row));

  return {
    add: deliveries => answer(() => addAll.immediate(deliveries.map(toRow))),
    save: delivery => answer(() => void save.run(toRow(delivery))),
    pending: (webhook, limit) => answer(() => pending.all(webhook, limit).map(fromRow)),
    asked: webhook => answer(() => asked.all(webhook).map(fromRow)),
    ask: (webhook, id, at) => answer(() => known(ask.get(at, webhook, id))),
    find: (webhook, id) => answer(() => known(find.get(webhook, id))),
    list: (webhook, { status, limit, cursor }) =>
      answer(() => {
        const place = cursor === undefined ? end : decodePlace(cursor);
        const rows = list.all({ webhook, status: status ?? null, ...place, limit: limit + 1 });
        const deliveries = rows.slice(0, limit).map(fromRow);
        const last = rows.length > limit ? deliveries.at(-1) : undefined;
        return { deliveries, nextCursor: last === undefined ? null : encodePlace(last) };
      }),
    lastDelivered: webhook => answer(() => lastDelivered.get(webhook) ?? null),
    drop: webhook => answer(() => void drop.run(webhook)),
    prune: before => answer(() => void prune.run(before)),
    close: () => answer(() => void db.close()),
  };
};
