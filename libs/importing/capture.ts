import type { NewEvent } from '../domain/event.ts';
import { WrongExpectedRevision } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/port.ts';
import { assertReadable } from '../event-store/unreadable.ts';
import { appendTo } from './bulk.ts';
import type { ClaimingRow, Owners } from './claims.ts';

/** How often a stream may move on between reading and appending before the import gives up. */
const attempts = 20;

/**
 * Appends to the stream of a lead that has just claimed its identities. Until a lead is captured, another command may give its
 * claim up, by an event in this stream; so a lead that isn't captured yet is appended at the revision that was read.
 *
 * @returns how many of the events the stream had, or null when a claim was given up: nothing was appended
 */
export const appendCapture = async (
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  rows: readonly ClaimingRow[],
  owners: Owners,
): Promise<number | null> => {
  let expected: 'NO_STREAM' | number = 'NO_STREAM';
  let missing = events;
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return events.length - missing.length + (await appendTo(store, stream, missing, expected));
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
    const lead = await readLead(store, stream);
    if (lead.captured) return appendTo(store, stream, events, 'ANY');
    const released = rows
      .flatMap(({ identities }) => identities)
      .some(identity => lead.released.includes(`${identity.stream}@${owners.get(identity.stream)?.claim}`));
    if (released) return null;
    // Rows before may have brought some of them, and an exact revision takes all or none.
    missing = events.filter(({ id }) => !lead.ids.has(id));
    if (missing.length === 0) return events.length;
    expected = lead.revision ?? 'NO_STREAM';
  }
  throw new Error(`the stream ${stream} did not stand still for ${attempts} attempts`);
};

interface Lead {
  readonly captured: boolean;
  readonly released: readonly string[];
  /** Of its events up to the capture. */
  readonly ids: ReadonlySet<string>;
  readonly revision: number | null;
}

const readLead = async (store: EventStore, stream: string): Promise<Lead> => {
  const released: string[] = [];
  const ids = new Set<string>();
  let revision: number | null = null;
  for await (const event of store.readStream(stream)) {
    if (event.type === 'IdentityReleased') {
      const { identity, claim } = assertReadable(event).data as {
        readonly identity: string;
        readonly claim: number;
      };
      released.push(`${identity}@${claim}`);
    }
    ids.add(event.id);
    revision = event.revision;
    if (event.type.startsWith('Lead') && event.type !== 'LeadStageChanged')
      return { captured: true, released, ids, revision };
  }
  return { captured: false, released, ids, revision };
};
