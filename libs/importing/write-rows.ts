import type { EventStore } from '../event-store/port.ts';
import type { KeyedHash } from '../handling/keyed-hash.ts';
import { byStream, settled, type AppendFacts, type StreamEvent, type Taken } from './bulk.ts';
import { appendCapture } from './capture.ts';
import { rivalOf, type ClaimIdentities, type ClaimingRow, type Owners } from './claims.ts';
import type { BeginStream } from './begin.ts';
import type { RawRow } from './csv.ts';
import { RowError } from './define.ts';

/** What rows are written through. */
export interface Writing {
  readonly hash: KeyedHash;
  readonly claim: ClaimIdentities;
  readonly append: AppendFacts;
  readonly begin: BeginStream;
  /** Null in a dry run. */
  readonly store: EventStore | null;
}

/** A row or a group of rows, its events, and the identities that they bring. */
export interface TakenRows {
  readonly raws: readonly RawRow[];
  readonly events: readonly StreamEvent[];
  readonly claiming: ClaimingRow | null;
}

/** Called for a row or group that turns out not to be taken. */
export type RefuseRows = (raws: readonly RawRow[], error: RowError) => void;

/**
 * Writes rows: identities are claimed first, then come the facts that begin streams, the streams of the leads that claimed, and the
 * rest, so that a row that is refused leaves no fact behind.
 *
 * @throws the event store's errors
 */
export const writeRows = async (
  taken: readonly TakenRows[],
  writing: Writing,
  refuse: RefuseRows,
): Promise<Taken> => {
  const claiming = taken.flatMap(row => row.claiming ?? []);
  const owners = claiming.length === 0 ? noOwners : await writing.claim(claiming);
  const owning = taken.filter(({ raws, claiming: row }) => {
    const rival = row === null ? null : rivalOf(row, owners);
    if (row !== null && rival !== null) refuse(raws, conflict(row.leadId, rival));
    return rival === null;
  });
  const begun = await beginStreams(owning, writing.begin, refuse);
  const { kept } = begun;
  if (claiming.length === 0 || writing.store === null)
    return sum(begun, await writing.append(eventsOf(kept)));
  const leads = await writeLeads(kept, writing.store, owners);
  const isLost = ({ events }: TakenRows): boolean => events.some(({ stream }) => leads.givenUp.has(stream));
  for (const { raws } of kept.filter(isLost)) refuse(raws, givenUp);
  const left = eventsOf(kept.filter(row => !isLost(row)));
  const rest = await writing.append(left.filter(({ stream }) => !leads.streams.has(stream)));
  return sum(begun, leads, rest);
};

const noOwners: Owners = new Map();

const sum = (...parts: readonly Taken[]): Taken => ({
  appended: parts.reduce((all, { appended }) => all + appended, 0),
  duplicates: parts.reduce((all, { duplicates }) => all + duplicates, 0),
});

interface Begun extends Taken {
  /** What was not refused. */
  readonly kept: readonly TakenRows[];
}

const beginStreams = async (
  taken: readonly TakenRows[],
  begin: BeginStream,
  refuse: RefuseRows,
): Promise<Begun> => {
  const refused = new Set<TakenRows>();
  let [appended, duplicates] = [0, 0];
  await settled(
    taken.map(async rows => {
      const fact = rows.events.find(({ begins }) => begins === true);
      if (fact === undefined) return;
      try {
        if (await begin(fact)) appended += 1;
        else duplicates += 1;
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        refuse(rows.raws, error);
        refused.add(rows);
      }
    }),
  );
  return { kept: taken.filter(rows => !refused.has(rows)), appended, duplicates };
};

/** The facts of rows but those that begin streams, which are written before. */
const eventsOf = (taken: readonly TakenRows[]): readonly StreamEvent[] =>
  taken.flatMap(({ events }) => events.filter(({ begins }) => begins !== true));

interface Leads extends Taken {
  readonly streams: ReadonlySet<string>;
  /** Streams whose lead lost a claim; nothing was written to them. */
  readonly givenUp: ReadonlySet<string>;
}

const writeLeads = async (rows: readonly TakenRows[], store: EventStore, owners: Owners): Promise<Leads> => {
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
