/**
 * Receives Leadfold's webhooks and keeps what each lead has bought, each order once.
 *
 *     SECRET=whsec_… PORT=8080 node docs/consumers/webhooks.ts
 *
 * SECRET is what registering the webhook answered; HOST (127.0.0.1) and FILE (bought.sqlite) say where.
 */
import { createServer, type IncomingMessage } from 'node:http';
import Database from 'better-sqlite3';
import { Webhook } from 'standardwebhooks';

const { SECRET = '', HOST = '127.0.0.1', PORT = '8080', FILE = 'bought.sqlite' } = process.env;
const mostBytes = 1_500_000;

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

/** Whether it was new. That an event was seen and what follows from it are one transaction. */
const take = db.transaction(({ id, type, subject, data }: Lifecycle): boolean => {
  if (remember.run(id).changes === 0) return false;
  if (type === 'leadfold.order.placed') {
    const { total } = data as OrderPlaced;
    add.run(subject, total.currency, total.amount);
  }
  return true;
});

/** The body as it came: a signature is of bytes, not of what they mean. */
const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const webhook = new Webhook(SECRET);

/** The event, if Leadfold sent it in the last five minutes; whoever knows no secret can't make one, and an old one doesn't count. */
const verified = (body: string, headers: IncomingMessage['headers']): Lifecycle | null => {
  try {
    const event = webhook.verify(body, headers as Record<string, string>) as Lifecycle;
    // The id is signed twice, in the header and in the body; they are one.
    return event.id === headers['webhook-id'] ? event : null;
  } catch {
    return null;
  }
};

/** What is answered: 2xx acknowledges, anything else is sent again later. */
const statusFor = async (request: IncomingMessage): Promise<number> => {
  if (request.method !== 'POST') return 405;
  const body = await bodyOf(request).catch(() => null);
  if (body === null) return 413;
  const event = verified(body, request.headers);
  if (event === null) {
    process.stdout.write('refused\n');
    return 401;
  }
  // A repeat is acknowledged as well, or Leadfold would go on repeating it; it changes nothing.
  process.stdout.write(`${take(event) ? 'taken' : 'seen before'} ${event.id}\n`);
  return 204;
};

const server = createServer((request, response) => {
  void statusFor(request).then(
    status => response.writeHead(status).end(),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.writeHead(500).end();
    },
  );
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    server.closeAllConnections();
    server.close(() => db.close());
  });
server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  process.stdout.write(`listening on ${typeof address === 'object' ? address?.port : PORT}\n`);
});
