/**
 * Follows Leadfold's lifecycle events as server-sent events and keeps what each lead has bought, each order once.
 *
 *     LEADFOLD=http://127.0.0.1:3000 node docs/consumers/sse.ts
 *
 * API_KEY and FILE (bought.sqlite) say who and where. It may be ended and started again at any time.
 */
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createParser } from 'eventsource-parser';

const { LEADFOLD = 'http://127.0.0.1:3000', API_KEY, FILE = 'bought.sqlite' } = process.env;
const types = ['leadfold.order.placed'];

/** What this program needs of a CloudEvent. */
interface OrderPlaced {
  readonly id: string;
  readonly subject: string;
  readonly data: { readonly total: { readonly amount: number; readonly currency: string } };
}

const db = new Database(FILE);
db.pragma('journal_mode = WAL');
db.exec(`
  CREATE TABLE IF NOT EXISTS place (only INTEGER PRIMARY KEY CHECK (only = 1), position TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS bought (
    lead TEXT, currency TEXT, orders INTEGER, amount INTEGER, PRIMARY KEY (lead, currency)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO place VALUES (1, '0');
`);
const readPlace = db.prepare<[], string>('SELECT position FROM place').pluck();
const movePlace = db.prepare<[string]>('UPDATE place SET position = ?');
const add = db.prepare<[string, string, number]>(`
  INSERT INTO bought VALUES (?, ?, 1, ?)
  ON CONFLICT DO UPDATE SET orders = orders + 1, amount = amount + excluded.amount`);

/** The place in the log moves in the same transaction, so that what follows from an event is there exactly once. */
const take = db.transaction((position: string, { subject, data }: OrderPlaced) => {
  add.run(subject, data.total.currency, data.total.amount);
  movePlace.run(position);
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

/** How long to wait before the next attempt, ms; Leadfold says it when a stream begins. */
let pauseMs = 1_000;

/** Reads one stream to its end. */
const follow = async (): Promise<void> => {
  const response = await fetch(`${LEADFOLD}/v1/events/stream?types=${types.join()}`, {
    headers: {
      'last-event-id': readPlace.get() ?? '0',
      ...(API_KEY === undefined ? {} : { authorization: `Bearer ${API_KEY}` }),
    },
    signal: stop.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`${response.status}: ${await response.text()}`);
  const parser = createParser({
    onRetry: ms => (pauseMs = ms),
    onEvent: ({ id, data }) => {
      const event = JSON.parse(data) as OrderPlaced;
      take(id ?? readPlace.get() ?? '0', event);
      process.stdout.write(`${event.id}: ${event.subject}\n`);
    },
  });
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
};

const stopped = (): boolean => stop.signal.aborted;
while (!stopped()) {
  try {
    await follow();
  } catch (error) {
    if (!stopped()) process.stderr.write(`${String(error)}; trying again\n`);
  }
  await setTimeout(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
}
db.close();
