import kafkajs from 'kafkajs';
import { AuthenticationFailed, TlsFailed } from './errors.ts';
import { chain } from './faults.ts';

// In this order: what is left of OpenSSL's errors is about TLS itself.
const tlsFaults: readonly (readonly [RegExp, string])[] = [
  [/ALERT.*(CERT|UNKNOWN_CA)/, 'the brokers do not accept the client certificate, or want one'],
  [/ALTNAME/, "the brokers' certificate is for another host"],
  [/EXPIRED|NOT_YET_VALID/, "the brokers' certificate is not valid at this time"],
  [/CERT|UNABLE_TO|SELF_SIGNED|INVALID_CA/, "the brokers' certificate is not trusted"],
  [/^ERR_(SSL|TLS)/, 'the brokers do not speak TLS as this client does'],
];

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

const tlsFault = (errors: readonly Error[]): TlsFailed | null => {
  for (const error of errors) {
    const code = codeOf(error);
    const fault = tlsFaults.find(([pattern]) => pattern.test(code));
    if (fault !== undefined) return new TlsFailed(fault[1], code, { cause: error });
  }
  return null;
};

const wrongUser = 'the brokers refuse the user or the password';
const otherMechanism = 'the brokers do not take this SASL mechanism';

/** By what brokers say. */
const saslFaults: ReadonlyMap<string, string> = new Map([
  ['SASL_AUTHENTICATION_FAILED', wrongUser],
  ['UNSUPPORTED_SASL_MECHANISM', otherMechanism],
  ['ILLEGAL_SASL_STATE', 'the brokers want no user and password there'],
]);

/** kafkajs calls it a failed authentication too when the connection is lost in the middle of one. */
const lost = /closed connection|connection (error|timeout)|timed out|disconnected/i;

const saslFault = (errors: readonly Error[]): AuthenticationFailed | null => {
  for (const error of errors) {
    const said = error instanceof kafkajs.KafkaJSProtocolError ? saslFaults.get(error.type) : undefined;
    if (said !== undefined) return new AuthenticationFailed(said, { cause: error });
    if (!(error instanceof kafkajs.KafkaJSSASLAuthenticationError) || lost.test(error.message)) continue;
    const fault = error.message.includes('mechanism is not supported') ? otherMechanism : wrongUser;
    return new AuthenticationFailed(fault, { cause: error });
  }
  return null;
};

/** Why the brokers don't let this client in, or it doesn't trust them; null when an error is about something else. */
export const accessFault = (error: unknown): AuthenticationFailed | TlsFailed | null => {
  const errors = chain(error);
  return saslFault(errors) ?? tlsFault(errors);
};
