import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { accessFault } from './access-faults.ts';
import { AuthenticationFailed, TlsFailed } from './errors.ts';

const { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSProtocolError } = kafkajs;
const { KafkaJSNumberOfRetriesExceeded, KafkaJSSASLAuthenticationError } = kafkajs;

/** As kafkajs tells that no broker was reached. */
const unreached = (message: string, code?: string): Error => {
  const cause = new KafkaJSConnectionError(`Connection error: ${message}`, { code: code as string });
  return Object.assign(new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 2, retryTime: 100 }), {
    cause,
  });
};

const Denied = KafkaJSSASLAuthenticationError as unknown as new (message: string) => Error;

/** As kafkajs tells that a user was not let in. */
const denied = (message: string): Error => {
  const cause = new Denied(message);
  return Object.assign(new KafkaJSNonRetriableError(cause), { cause });
};

/** As kafkajs makes it of a broker's answer. */
const said = (type: string): Error =>
  new KafkaJSProtocolError(Object.assign(new Error(`it said ${type}`), { type, code: 1, retriable: false }));

describe('a user whom the brokers refuse', () => {
  it.each([
    'SASL PLAIN authentication failed: Authentication failed: Invalid username or password',
    'SASL SCRAM SHA512 authentication failed: Authentication failed during authentication due to invalid credentials',
  ])('is told by one sentence, without theirs: %s', message => {
    const fault = accessFault(denied(message));
    expect(fault).toBeInstanceOf(AuthenticationFailed);
    expect(fault?.message).toBe('the brokers refuse the user or the password');
  });

  it.each([
    ['UNSUPPORTED_SASL_MECHANISM', 'the brokers do not take this SASL mechanism'],
    ['ILLEGAL_SASL_STATE', 'the brokers want no user and password there'],
    ['SASL_AUTHENTICATION_FAILED', 'the brokers refuse the user or the password'],
  ])('is told so when they say %s', (type, sentence) => {
    const fault = accessFault(Object.assign(new Error('outside'), { cause: said(type) }));
    expect(fault).toBeInstanceOf(AuthenticationFailed);
    expect(fault?.message).toBe(sentence);
  });

  it('may be one for whom there is no such mechanism', () => {
    const fault = accessFault(denied('SASL PLAIN mechanism is not supported by the server'));
    expect(fault?.message).toBe('the brokers do not take this SASL mechanism');
  });

  it.each(['Closed connection', 'Connection error: read ECONNRESET', 'Request SaslAuthenticate timed out'])(
    'is not told of where the connection was lost: %s',
    message => expect(accessFault(denied(`SASL PLAIN authentication failed: ${message}`))).toBeNull(),
  );
});

describe('TLS that fails', () => {
  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate is not trusted/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /certificate is not trusted/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /certificate is not trusted/],
    ['CERT_SIGNATURE_FAILURE', /certificate is not trusted/],
    ['CERT_HAS_EXPIRED', /not valid at this time/],
    ['CERT_NOT_YET_VALID', /not valid at this time/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another host/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /client certificate, or want one/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /client certificate, or want one/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /client certificate, or want one/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /do not speak TLS/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /do not speak TLS/],
  ])('by %s is told in a sentence, without where', (code, sentence) => {
    const fault = accessFault(unreached("Host: kafka-1. is not in the cert's altnames", code));
    expect(fault).toBeInstanceOf(TlsFailed);
    expect(fault).toMatchObject({ code, message: expect.stringMatching(sentence) });
    expect(fault?.message).toContain(`(${code})`);
    expect(fault?.message).not.toContain('kafka-1');
  });
});

describe('another error', () => {
  it('is neither', () => {
    for (const error of [
      unreached('connect ECONNREFUSED', 'ECONNREFUSED'),
      unreached('read ECONNRESET', 'ECONNRESET'),
      unreached('Client network socket disconnected before secure TLS connection was established'),
      said('TOPIC_AUTHORIZATION_FAILED'),
      new Error('what ever'),
      'a text',
      undefined,
    ])
      expect(accessFault(error)).toBeNull();
  });
});
