import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { NewEvent } from '../libs/domain/event.ts';
import { logTables } from '../libs/event-store/sqlite/schema.ts';

/** A folder for a run, on the disk that holds the temporary files. */
export const benchFolder = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'leadfold-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** A capture as an API call writes it, with personal data. */
export const aCapture = (n: number): NewEvent => {
  const leadId = randomUUID();
  return {
    id: randomUUID(),
    type: 'LeadCaptured',
    version: 1,
    occurredAt: Date.UTC(2026, 0, 1) + n,
    data: {
      leadId,
      origin: 'organic_search',
      campaign: 'spring',
      personal: { email: `someone-${n}@example.com`, name: 'Some One' },
    },
    metadata: { correlationId: randomUUID(), actor: 'api', source: 'website', leadId },
  };
};

/** The log's table and indexes over better-sqlite3 alone, durable as the log is, and an insert that does nothing else. */
export const openBareLog = (
  file: string,
): { readonly db: Database.Database; insert(stream: string, event: NewEvent): void } => {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -65536');
  db.exec(logTables);
  const statement = db.prepare(
    'INSERT INTO events (stream, revision, id, type, version, occurred_at, recorded_at, lead_id, data, personal, metadata) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    db,
    insert: (stream, event) => {
      const { personal, ...rest } = event.data as Record<string, unknown>;
      statement.run(
        stream,
        event.id,
        event.type,
        event.version,
        event.occurredAt,
        Date.now(),
        event.metadata.leadId,
        JSON.stringify(rest),
        JSON.stringify(personal),
        JSON.stringify(event.metadata),
      );
    },
  };
};
