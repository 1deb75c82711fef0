import { catalog } from '../domain/catalog.ts';
import type { EventMetadata, NewEvent } from '../domain/event.ts';
import { implausibleTime } from '../domain/occurred.ts';
import { checkEventData } from '../domain/validate.ts';
import { appendLimits } from '../event-store/port.ts';
import type { StreamEvent } from './bulk.ts';
import { RowError, type AnyFact } from './define.ts';
import { factsPerRow, type FactIds } from './ids.ts';

/** What the events of a run have in common. */
export interface Origin {
  readonly source: string;
  readonly batchId: string;
}

const streamName = new RegExp(`^[A-Za-z0-9_.:-]{1,${appendLimits.streamName}}$`);
/** Below it, no event can reach the limit of an append, whatever its characters are. */
const surelySmall = 50_000;

/** Turns the facts that a row or group states into events. `characters` is the size of its rows. @throws RowError */
export type ToEvents = (
  state: () => readonly AnyFact[],
  ids: FactIds,
  characters: number,
) => readonly StreamEvent[];

/**
 * Turns stated facts into events, in their order. Whatever the definition throws costs the row or group, not the run.
 *
 * `now` bounds the times as it does for commands: nothing before 1900, nothing more than a day ahead.
 */
export const createToEvents = (origin: Origin, now: () => number): ToEvents => {
  const common: EventMetadata = {
    actor: `import:${origin.source}`,
    source: origin.source,
    batchId: origin.batchId,
  };
  const toEvent = (fact: AnyFact, id: string): StreamEvent => {
    const { type, stream, occurredAt, data } = fact;
    const version = catalog.get(type)?.version;
    if (version === undefined) throw new RowError(null, `${type} is no type of event`);
    if (!streamName.test(stream)) throw new RowError(null, `"${stream.slice(0, 80)}" is no name of a stream`);
    const impossible = implausibleTime(occurredAt, now());
    if (impossible !== null) throw new RowError(null, `${type}: ${impossible.message}`);
    const problem = checkEventData(type, data)[0];
    if (problem !== undefined) throw new RowError(null, `${type} ${problem.path}: ${problem.message}`);
    const home = streamOf(data);
    if (home !== null && stream !== home)
      throw new RowError(null, `${type} belongs into the stream ${home}, not into ${stream}`);
    const metadata = 'leadId' in data ? { ...common, leadId: data.leadId } : common;
    const event = { id, type, version, occurredAt, data, metadata };
    return fact.begins === true ? { stream, event, begins: true } : { stream, event };
  };
  return (state, ids, characters) => {
    try {
      const facts = state();
      if (facts.length > factsPerRow)
        throw new RowError(null, `states ${facts.length} facts; at most ${factsPerRow} are taken`);
      if (facts.filter(({ begins }) => begins === true).length > 1)
        throw new RowError(null, 'states several facts that begin a stream; at most one is taken');
      const events = facts.map((fact, at) => toEvent(fact, ids(at)));
      if (characters > surelySmall) events.forEach(({ event }) => checkSize(event));
      return events;
    } catch (error) {
      throw error instanceof RowError ? error : definitionFailed(error);
    }
  };
};

/** Where the commands look for what the data are about: a fact elsewhere would never be found. */
const streamOf = (data: AnyFact['data']): string | null => {
  if ('opportunityId' in data) return `opportunity-${data.opportunityId}`;
  if ('orderId' in data) return `order-${data.orderId}`;
  return 'leadId' in data ? `lead-${data.leadId}` : null;
};

/** What a fault of the definition costs: the row, not the run. */
export const definitionFailed = (error: unknown): RowError =>
  new RowError(
    null,
    `the import definition failed: ${error instanceof Error ? error.message : String(error)}`,
  );

const checkSize = (event: NewEvent): void => {
  const bytes =
    Buffer.byteLength(JSON.stringify(event.data)) + Buffer.byteLength(JSON.stringify(event.metadata));
  if (bytes > appendLimits.bytes)
    throw new RowError(null, `${event.type} has ${bytes} bytes; at most ${appendLimits.bytes} are taken`);
};
