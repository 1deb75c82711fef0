import Database from 'better-sqlite3';

interface Stated<T> {
  value: T;
  at: number;
}

interface Deal {
  status: string;
  at?: number;
  amount?: Stated<Money>;
  probability?: Stated<number>;
}

interface Lead {
  entry: {
    captured?: number;
    touched?: number;
    origin?: Stated<string>;
    campaign?: Stated<string>;
    country?: Stated<string>;
  };
  reached?: Record<string, number>;
  deals?: Record<string, Deal>;
}

interface Money {
  readonly amount: number;
  readonly currency: string;
}

interface Data {
  readonly leadId: string;
  readonly origin?: string;
  readonly campaign?: string;
  readonly country?: string;
  readonly stage?: string;
  readonly probability?: number;
  readonly opportunityId?: string;
  readonly amount?: Money;
}

const reach = (lead: Lead, stage: string, at: number): boolean => {
  const reached = (lead.reached ??= {});
  if (at >= (reached[stage] ?? Infinity)) return false;
  reached[stage] = at;
  return true;
};

const touch = ({ entry }: Lead, at: number): boolean => {
  if (at >= (entry.touched ?? entry.captured ?? Infinity)) return false;
  entry.touched = at;
  return true;
};

const capture = ({ entry }: Lead, at: number, { origin, campaign, country }: Data): boolean => {
  if (origin !== undefined && at < (entry.origin?.at ?? Infinity)) entry.origin = { value: origin, at };
  if (campaign !== undefined && at < (entry.campaign?.at ?? Infinity))
    entry.campaign = { value: campaign, at };
  if (country !== undefined && at >= (entry.country?.at ?? -Infinity)) entry.country = { value: country, at };
  if (at < (entry.captured ?? Infinity)) entry.captured = at;
  return true;
};

const deal = (lead: Lead, at: number, data: Data, status: string, settles: boolean): Deal => {
  const deals = (lead.deals ??= {});
  const known = (deals[data.opportunityId ?? ''] ??= { status: 'open' });
  if (settles && at >= (known.at ?? -Infinity)) {
    known.status = status;
    known.at = at;
  }
  const { amount, probability } = data;
  if (amount !== undefined && at >= (known.amount?.at ?? -Infinity)) known.amount = { value: amount, at };
  if (probability !== undefined && at >= (known.probability?.at ?? -Infinity))
    known.probability = { value: probability, at };
  return known;
};

/** Folds as the funnel does, in place. Answers whether the lead changed. */
const fold = (lead: Lead, type: string, at: number, data: Data): boolean => {
  switch (type) {
    case 'LeadCaptured':
      return capture(lead, at, data);
    case 'LeadStageChanged':
      return reach(lead, data.stage ?? '', at);
    case 'OpportunityOpened':
      reach(lead, 'opportunity', at);
      deal(lead, at, data, 'open', false);
      return true;
    case 'OpportunityStageChanged':
      deal(lead, at, data, 'open', false);
      return true;
    case 'OpportunityWon':
      reach(lead, 'customer', at);
      deal(lead, at, data, 'won', true);
      return true;
    case 'OpportunityLost':
      deal(lead, at, data, 'lost', true);
      return true;
    default:
      return touch(lead, at);
  }
};

/**
 * The same work without our code: pages of 5,000 rows of a log, JSON.parse, a fold into a Map, and the states that changed
 * and a checkpoint in one commit a page.
 *
 * @returns the number of events
 */
export const bareCatchUp = (logFile: string, file: string): number => {
  const log = new Database(logFile, { readonly: true });
  log.pragma('cache_size = -65536');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(`CREATE TABLE entities (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE checkpoint (one INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;
    INSERT INTO checkpoint VALUES (1, 0);`);
  const read = log
    .prepare<[number], [number, string, number, string]>(
      'SELECT position, type, occurred_at, data FROM events WHERE position > ? ORDER BY position LIMIT 5000',
    )
    .raw();
  const put = db.prepare(
    'INSERT INTO entities VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
  );
  const advance = db.prepare('UPDATE checkpoint SET position = ?');
  const leads = new Map<string, Lead>();
  const dirty = new Set<string>();
  let position = 0;
  let count = 0;
  for (;;) {
    const rows = read.all(position);
    if (rows.length === 0) break;
    for (const [at, type, occurredAt, text] of rows) {
      const data = JSON.parse(text) as Data;
      let lead = leads.get(data.leadId);
      if (lead === undefined) leads.set(data.leadId, (lead = { entry: {} }));
      if (fold(lead, type, occurredAt, data)) dirty.add(data.leadId);
      position = at;
    }
    db.transaction(() => {
      for (const id of dirty) put.run(id, JSON.stringify(leads.get(id)));
      advance.run(position);
    })();
    dirty.clear();
    count += rows.length;
  }
  log.close();
  db.close();
  return count;
};

type Row = readonly [position: number, data: string, personal: string | null, metadata: string];

/**
 * Reads a log in pages of 5,000 rows and parses the JSON that an event is made of, and does nothing with it.
 *
 * @returns the number of events
 */
export const bareScan = (logFile: string): number => {
  const log = new Database(logFile, { readonly: true });
  log.pragma('cache_size = -65536');
  const read = log
    .prepare<[number], Row>(
      `SELECT position, data, personal, metadata, stream, revision, id, type, version, occurred_at, recorded_at
       FROM events WHERE position > ? ORDER BY position LIMIT 5000`,
    )
    .raw();
  let [position, count] = [0, 0];
  for (;;) {
    const rows = read.all(position);
    if (rows.length === 0) break;
    for (const [at, data, personal, metadata] of rows) {
      JSON.parse(data);
      JSON.parse(metadata);
      if (personal !== null) JSON.parse(personal);
      position = at;
    }
    count += rows.length;
  }
  log.close();
  return count;
};
