import kafkajs, { type KafkaJSProtocolError } from 'kafkajs';
import { TopicRefused } from './errors.ts';

/** Everything that an error is made of, itself first. */
export const chain = (error: unknown): readonly Error[] => {
  const all: Error[] = [];
  const add = (one: unknown): void => {
    if (!(one instanceof Error) || all.includes(one)) return;
    all.push(one);
    add(one.cause);
    if (one instanceof kafkajs.KafkaJSAggregateError) one.errors.forEach(add);
  };
  add(error);
  return all;
};

/** What the broker said, where it said something. */
export const protocolError = (error: unknown): KafkaJSProtocolError | undefined =>
  chain(error).find(one => one instanceof kafkajs.KafkaJSProtocolError);

/** The answer to who asks for a topic that isn't there. */
export const isMissing = (error: unknown): boolean =>
  protocolError(error)?.type === 'UNKNOWN_TOPIC_OR_PARTITION';

/** What the broker says when a producer's numbers don't fit what it knows of it; another producer begins anew. */
const ofNumbers: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/** Whether the broker doesn't accept the producer's numbers. */
export const isOutOfNumbers = (error: unknown): boolean => ofNumbers.has(protocolError(error)?.type ?? '');

/** Whether the broker refused, and will again: no rights, a wrong configuration, a message that is too large. */
export const isRefusal = (error: unknown): boolean => {
  const said = protocolError(error);
  return said !== undefined && !said.retriable && said.type !== 'UNKNOWN' && !ofNumbers.has(said.type);
};

/** A refusal names the topics and what was asked; anything else stays as it is. */
export const asked = (topics: readonly string[], what: string, error: unknown): unknown =>
  isRefusal(error)
    ? new TopicRefused(topics.join(', '), `${what} was refused: ${protocolError(error)?.message ?? ''}`, {
        cause: error,
      })
    : error;
