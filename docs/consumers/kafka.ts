/**
 * Follows Leadfold's lifecycle events in Kafka and keeps what each lead has bought, each order once.
 *
 *     BROKERS=127.0.0.1:9092 node docs/consumers/kafka.ts
 *
 * TOPIC (leadfold.lifecycle), GROUP (what-leads-bought) and FILE (bought.sqlite) say where, where the defaults don't fit.
 */
import Database from 'better-sqlite3';
import { Kafka, logLevel, type EachBatchPayload } from 'kafkajs';

const { BROKERS = '127.0.0.1:9092', TOPIC = 'leadfold.lifecycle' } = process.env;
const { GROUP = 'what-leads-bought', FILE = 'bought.sqlite' } = process.env;

/** What this program needs of a CloudEvent. */
interface Lifecycle {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: unknown;
}

interface OrderPlaced {
  readonly total: { readonly amount: number; readonly currency: string };
}

const db = new Database(FILE);
db.pragma('journal_mode = WAL');
// All members of the group have to share it: a repeat may come to another member than the first one did.
db.exec(`
  CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS bought (
    lead TEXT, currency TEXT, orders INTEGER, amount INTEGER, PRIMARY KEY (lead, currency)
  ) STRICT, WITHOUT ROWID;
`);
const remember = db.prepare<[string]>('INSERT OR IGNORE INTO seen VALUES (?)');
const add = db.prepare<[string, string, number]>(`
  INSERT INTO bought VALUES (?, ?, 1, ?)
  ON CONFLICT DO UPDATE SET orders = orders + 1, amount = amount + excluded.amount`);

/** A message that isn't a CloudEvent is nothing that a repetition would mend. */
const parse = (value: Buffer | null): Lifecycle | null => {
  try {
    const event = JSON.parse(String(value)) as Partial<Lifecycle> & { readonly specversion?: unknown };
    const { id, type, subject, specversion, data } = event;
    return specversion === '1.0' && id !== undefined && type !== undefined && subject !== undefined
      ? { id, type, subject, data }
      : null;
  } catch {
    return null;
  }
};

const apply = ({ type, subject, data }: Lifecycle): void => {
  if (type !== 'leadfold.order.placed') return;
  const { total } = data as OrderPlaced;
  add.run(subject, total.currency, total.amount);
};

/** That an event was seen and what follows from it are one transaction, so neither is there without the other. */
const take = db.transaction((messages: EachBatchPayload['batch']['messages']): number => {
  let repeats = 0;
  for (const { value, offset } of messages) {
    const event = parse(value);
    if (event === null) process.stderr.write(`no CloudEvent at ${offset}\n`);
    else if (remember.run(event.id).changes === 1) apply(event);
    else repeats++;
  }
  return repeats;
});

const consumer = new Kafka({
  clientId: GROUP,
  brokers: BROKERS.split(','),
  logLevel: logLevel.WARN,
}).consumer({ groupId: GROUP, sessionTimeout: 10_000 });

const stop = (): void => void consumer.disconnect().then(() => db.close());
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

await consumer.connect();
await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
await consumer.run({
  // Committed after the transaction: what a crash in between repeats has been seen.
  eachBatch: async payload => {
    const { partition, messages } = payload.batch;
    const repeats = take(messages);
    process.stdout.write(`${partition}: ${messages.length} events, ${repeats} of them repeats\n`);
    payload.resolveOffset(payload.batch.lastOffset());
    await payload.heartbeat();
  },
});
