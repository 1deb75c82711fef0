import type { EventStore } from '../event-store/port.ts';
import type { KeyedHash } from '../handling/keyed-hash.ts';
import { byStream, settled, type AppendFacts, type StreamEvent, type Taken } from './bulk.ts';
import { appendCapture } from './capture.ts';
import { rivalOf, type ClaimIdentities, type ClaimingRow, type Owners } from './claims.ts';
import type { RawRow } from './csv.ts';
import { RowError } from './define.ts';

/** What rows are written through. */
export interface Writing {
  readonly hash: KeyedHash;
  readonly claim: ClaimIdentities;
  readonly append: AppendFacts;
  /** Null in a dry run. */
  readonly store: EventStore | null;
}

/** A row, its events, and the identities that they bring. */
export interface TakenRow {
  readonly raw: RawRow;
  readonly events: readonly StreamEvent[];
  readonly claiming: ClaimingRow | null;
}

/**
 * Writes rows: identities are claimed first, then come the streams of the leads that claimed, then the rest, so that a row
 * that is refused leaves nothing behind.
 *
 * @throws the event store's errors
 */
export const writeRows = async (
  rows: readonly TakenRow[],
  writing: Writing,
  refuse: (raw: RawRow, error: RowError) => void,
): Promise<Taken> => {
  const claiming = rows.flatMap(row => row.claiming ?? []);
  if (claiming.length === 0) return writing.append(eventsOf(rows));
  const owners = await writing.claim(claiming);
  const kept = rows.filter(({ raw, claiming: row }) => {
    const rival = row === null ? null : rivalOf(row, owners);
    if (row !== null && rival !== null) refuse(raw, conflict(row.leadId, rival));
    return rival === null;
  });
  if (writing.store === null) return writing.append(eventsOf(kept));
  const leads = await writeLeads(kept, writing.store, owners);
  const [lost, left] = [
    kept.filter(row => row.events.some(({ stream }) => leads.givenUp.has(stream))),
    kept.filter(row => !row.events.some(({ stream }) => leads.givenUp.has(stream))),
  ];
  for (const { raw } of lost) refuse(raw, givenUp);
  const rest = await writing.append(eventsOf(left).filter(({ stream }) => !leads.streams.has(stream)));
  return { appended: leads.appended + rest.appended, duplicates: leads.duplicates + rest.duplicates };
};

const eventsOf = (rows: readonly TakenRow[]): readonly StreamEvent[] => rows.flatMap(({ events }) => events);

interface Leads extends Taken {
  readonly streams: ReadonlySet<string>;
  /** Streams whose lead lost a claim; nothing was written to them. */
  readonly givenUp: ReadonlySet<string>;
}

const writeLeads = async (rows: readonly TakenRow[], store: EventStore, owners: Owners): Promise<Leads> => {
  const claiming = Map.groupBy(
    rows.flatMap(row => row.claiming ?? []),
    ({ leadId }) => `lead-${leadId}`,
  );
  const facts = eventsOf(rows).filter(({ stream }) => claiming.has(stream));
  const givenUp = new Set<string>();
  let [appended, duplicates] = [0, 0];
  await settled(
    [...byStream(facts)].map(async ([stream, events]) => {
      const known = await appendCapture(store, stream, events, claiming.get(stream) ?? [], owners);
      if (known === null) givenUp.add(stream);
      duplicates += known ?? 0;
      appended += known === null ? 0 : events.length - known;
    }),
  );
  return { streams: new Set(claiming.keys()), givenUp, appended, duplicates };
};

const conflict = (leadId: string, rival: string): RowError =>
  new RowError(null, `identity-conflict: its e-mail or phone belongs to the lead ${rival}, not to ${leadId}`);

const givenUp = new RowError(
  null,
  'identity-released: another command took its e-mail or phone at this moment; run the import again',
);
