import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { TopicRefused } from './errors.ts';
import { asked, isMissing, isOutOfNumbers, isRefusal, protocolError } from './faults.ts';

const { KafkaJSAggregateError, KafkaJSNonRetriableError, KafkaJSProtocolError } = kafkajs;

/** As kafkajs makes it of a broker's answer. */
const said = (type: string, retriable = false): Error =>
  new KafkaJSProtocolError(Object.assign(new Error(`it said ${type}`), { type, code: 1, retriable }));

const within = (cause: Error): Error => Object.assign(new KafkaJSNonRetriableError(cause), { cause });

describe('an error of kafkajs', () => {
  it('is a refusal where the broker said no for good, however deep it stands', () => {
    for (const error of [
      said('TOPIC_AUTHORIZATION_FAILED'),
      within(said('MESSAGE_TOO_LARGE')),
      within(within(said('INVALID_CONFIG'))),
      new KafkaJSAggregateError('Topic creation errors', [said('INVALID_REPLICATION_FACTOR')]),
    ])
      expect(isRefusal(error)).toBe(true);
  });

  it('is none where the broker may say yes next time, or said nothing', () => {
    for (const error of [
      said('NOT_LEADER_FOR_PARTITION', true),
      said('UNKNOWN'),
      within(new Error('connect ECONNREFUSED')),
      new Error('what ever'),
      'a text',
      undefined,
    ])
      expect(isRefusal(error)).toBe(false);
  });

  it('tells that the numbers do not fit, which is no refusal', () => {
    const error = within(said('OUT_OF_ORDER_SEQUENCE_NUMBER'));
    expect([isOutOfNumbers(error), isRefusal(error)]).toEqual([true, false]);
    expect(isOutOfNumbers(said('TOPIC_AUTHORIZATION_FAILED'))).toBe(false);
  });

  it('tells that a topic is missing', () => {
    expect(isMissing(within(said('UNKNOWN_TOPIC_OR_PARTITION', true)))).toBe(true);
    expect(isMissing(new Error('away'))).toBe(false);
  });

  it('that holds itself is looked at once', () => {
    const error = new Error('round');
    Object.assign(error, { cause: error });
    expect(protocolError(error)).toBeUndefined();
  });

  it('names topics and what was asked when it is a refusal, and stays what it is otherwise', () => {
    const refused = asked(['a', 'b'], 'publishing', said('TOPIC_AUTHORIZATION_FAILED'));
    expect(refused).toBeInstanceOf(TopicRefused);
    expect((refused as TopicRefused).message).toBe(
      'topic "a, b": publishing was refused: it said TOPIC_AUTHORIZATION_FAILED',
    );
    const other = new Error('away');
    expect(asked(['a'], 'publishing', other)).toBe(other);
  });
});
