import type { EventMetadata, NewEvent } from '../domain/event.ts';
import { catalog, type Happening } from '../domain/catalog.ts';
import { defined } from '../domain/defined.ts';
import { RuleViolation } from '../domain/errors.ts';
import type { Problem } from '../domain/plain.ts';
import { checkEventData } from '../domain/validate.ts';

/** A command under way: what its events have in common. */
export interface Cause {
  /** Id of the command, the same for each repeat by its key; null without a key. */
  readonly commandId: string | null;
  /** True when the key was used before: the command may have been carried out in full, in part, or not at all. */
  readonly repeated: boolean;
  /** Where the stream stood when the command turned out to change nothing, the first time. */
  readonly settled: { readonly stream: string; readonly revision: number } | null;
  /** When the events happened, epoch ms. */
  readonly occurredAt: number;
  /** What all of the events say of the command. */
  readonly metadata: EventMetadata;
  /** Hash of the command and its body, for its first event; null without a key. */
  readonly commandHash: string | null;
  /** An id for something that the caller left without one. */
  readonly idOf: (what: string) => string;
  readonly eventId: (ordinal: number) => string;
  /** Remembers that the command changed nothing, so that a repeat is answered alike. */
  readonly settle: (stream: string, revision: number) => Promise<void>;
}

const sentence = ({ path, message }: Problem): string => (path === '' ? message : `${path}: ${message}`);

/** @throws RuleViolation `invalid-data` with the paths, when an event's data breaks its schema */
export const checkHappening = ({ type, data }: Happening): void => {
  const problems = checkEventData(type, data);
  if (problems.length === 0) return;
  throw new RuleViolation('invalid-data', problems.map(sentence).join('; '), {
    paths: problems.map(problem => problem.path),
  });
};

/** A happening as an event of a version that the catalogue has now. */
export const eventOf = (
  { type, data }: Happening,
  id: string,
  occurredAt: number,
  metadata: EventMetadata,
): NewEvent => ({ id, type, version: catalog.get(type)?.version ?? 1, occurredAt, data, metadata });

/**
 * The events of a command, ready to be appended to one stream.
 *
 * @throws RuleViolation `invalid-data`
 */
export const eventsOf = (cause: Cause, happenings: readonly Happening[]): readonly NewEvent[] =>
  happenings.map((happening, ordinal) => {
    checkHappening(happening);
    const leadId = 'leadId' in happening.data ? happening.data.leadId : undefined;
    const commandHash = ordinal === 0 ? (cause.commandHash ?? undefined) : undefined;
    const metadata = defined({ ...cause.metadata, leadId, commandHash });
    return eventOf(happening, cause.eventId(ordinal), cause.occurredAt, metadata);
  });
