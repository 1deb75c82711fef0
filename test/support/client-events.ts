import { randomUUID } from 'node:crypto';
import type { RecordedEvent as ClientEvent } from '@eventstore/db-client';

/** An event as EventStoreDB's client reads it, changed as told. */
export const clientEvent = (changes: Partial<ClientEvent> & { readonly at?: number } = {}): ClientEvent => {
  const { at = 100, ...rest } = changes;
  const commit = BigInt(at);
  return {
    streamId: 'lead-1',
    id: randomUUID(),
    isJson: true,
    revision: 0n,
    type: 'LinkClicked',
    created: new Date(1_700_000_000_000),
    data: {},
    metadata: {},
    position: { commit, prepare: commit },
    ...rest,
  } as ClientEvent;
};
