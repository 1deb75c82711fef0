import { catalog } from '../domain/catalog.ts';
import type { EventMetadata, NewEvent } from '../domain/event.ts';
import { implausibleTime } from '../domain/occurred.ts';
import { checkEventData } from '../domain/validate.ts';
import { appendLimits } from '../event-store/port.ts';
import type { StreamEvent } from './bulk.ts';
import { RowError, type AnyFact, type ImportContext, type ImportFile, type Row } from './define.ts';
import { factsPerRow, type FactIds } from './ids.ts';

/** What the events of a run have in common. */
export interface Origin {
  readonly source: string;
  readonly batchId: string;
}

const streamName = new RegExp(`^[A-Za-z0-9_.:-]{1,${appendLimits.streamName}}$`);
/** Below it, no event can reach the limit of an append, whatever its characters are. */
const surelySmall = 50_000;

/**
 * Turns a kind's rows into events, in the order of the row's facts.
 *
 * `now` bounds the times as it does for commands: nothing before 1900, nothing more than a day ahead. `characters` is the size of
 * the row.
 * @returns a function that throws RowError for a row that can't be taken
 */
export const createRowEvents = (
  kind: ImportFile,
  context: ImportContext,
  origin: Origin,
  now: () => number,
): ((row: Row, ids: FactIds, characters: number) => readonly StreamEvent[]) => {
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
    const metadata = 'leadId' in data ? { ...common, leadId: data.leadId } : common;
    return { stream, event: { id, type, version, occurredAt, data, metadata } };
  };
  return (row, ids, characters) => {
    try {
      const facts = kind.facts(row, context);
      if (facts.length > factsPerRow)
        throw new RowError(null, `states ${facts.length} facts; at most ${factsPerRow} are taken`);
      const events = facts.map((fact, at) => toEvent(fact, ids(at)));
      if (characters > surelySmall) events.forEach(({ event }) => checkSize(event));
      return events;
    } catch (error) {
      throw error instanceof RowError ? error : definitionFailed(error);
    }
  };
};

/** A fault of the definition costs the row, not the run. */
const definitionFailed = (error: unknown): RowError =>
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
