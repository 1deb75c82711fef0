import { defined } from '../domain/defined.ts';
import { RuleViolation } from '../domain/errors.ts';
import type { Clock, EventMetadata, NewId, RecordedEvent } from '../domain/event.ts';
import type { DataOf } from '../domain/catalog.ts';
import { WrongExpectedRevision } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/port.ts';
import { assertReadable } from '../event-store/unreadable.ts';
import { eventOf, type Cause } from './cause.ts';
import { derivedId } from './derived-id.ts';
import type { KeyedHash } from './keyed-hash.ts';
import type { CommandContext } from './port.ts';

export interface Begin {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly hash: KeyedHash;
}

const metadataOf = ({ actor, source, correlationId }: CommandContext): EventMetadata =>
  defined({ actor, source, correlationId });

const used = async (events: EventStore, stream: string): Promise<readonly RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const event of events.readStream(stream)) found.push(assertReadable(event));
  return found;
};

const reused = async (events: EventStore, stream: string): Promise<RuleViolation> => {
  const [first] = await used(events, stream);
  const command = (first?.data as Partial<DataOf<'IdempotencyKeyUsed'>> | undefined)?.command ?? null;
  return new RuleViolation('idempotency-key-reused', 'the key was used with another command or body', {
    command,
  });
};

const settledIn = async (events: EventStore, stream: string): Promise<Cause['settled']> => {
  const last = (await used(events, stream)).at(-1);
  return last?.type === 'IdempotencyKeySettled' ? (last.data as DataOf<'IdempotencyKeySettled'>) : null;
};

/** Claims the key; true when the same command had claimed it before. */
const claimKey = async (
  { events, clock }: Begin,
  stream: string,
  context: CommandContext,
  bodyHash: string,
): Promise<boolean> => {
  const happening = { type: 'IdempotencyKeyUsed', data: { command: context.command, bodyHash } } as const;
  // The id holds the body, so that the store itself tells a repeat from another command.
  const id = derivedId('key-used', stream, bodyHash);
  try {
    const event = eventOf(happening, id, clock(), metadataOf(context));
    return (await events.append(stream, [event], 'NO_STREAM')).duplicates.length > 0;
  } catch (error) {
    throw error instanceof WrongExpectedRevision ? await reused(events, stream) : error;
  }
};

/**
 * Begins a command: claims its idempotency key where it has one.
 *
 * @param body as the caller gave it; the same key with another body is refused
 * @param occurredAt epoch ms
 * @throws RuleViolation `idempotency-key-reused`
 */
export const begin = async (
  deps: Begin,
  context: CommandContext,
  body: unknown,
  occurredAt: number,
): Promise<Cause> => {
  const { events, clock, newId, hash } = deps;
  const shared = metadataOf(context);
  if (context.key === undefined)
    return {
      commandId: null,
      repeated: false,
      settled: null,
      occurredAt,
      metadata: shared,
      commandHash: null,
      idOf: () => newId(),
      eventId: () => newId(),
      settle: () => Promise.resolve(),
    };
  const digest = hash.key(context.actor, context.key);
  const stream = `command-${digest}`;
  const commandHash = hash.body(context.command, body);
  const repeated = await claimKey(deps, stream, context, commandHash);
  const commandId = derivedId('command', digest);
  return {
    commandId,
    repeated,
    settled: repeated ? await settledIn(events, stream) : null,
    occurredAt,
    metadata: { ...shared, causationId: commandId },
    commandHash,
    idOf: what => derivedId(commandId, what),
    eventId: ordinal => derivedId(commandId, ordinal),
    settle: async (of, revision) => {
      const data = { stream: of, revision };
      const event = eventOf(
        { type: 'IdempotencyKeySettled', data },
        derivedId(commandId, 'settled'),
        clock(),
        shared,
      );
      await events.append(stream, [event], 0);
    },
  };
};
