import { makeValidator, str, type CleanedEnv } from 'envalid';
import { saslMechanisms, type SaslMechanism, type Security } from '../lifecycle/kafka/security.ts';
import { parseBrokers } from './parse-kafka.ts';
import { belongTogether, certificatesOf, privateKeyOf, textOf } from './pem-files.ts';

const brokers = makeValidator<readonly string[]>(parseBrokers);

const trueOrFalse = makeValidator<boolean>(value => {
  if (value !== 'true' && value !== 'false') throw new Error('must be true or false');
  return value === 'true';
});

const saslMechanism = makeValidator<SaslMechanism>(value => {
  const found = saslMechanisms.find(each => each === value.toLowerCase());
  if (found === undefined)
    throw new Error(`"${value}" is no mechanism; mechanisms are ${saslMechanisms.join(', ')}`);
  return found;
});

// Its path isn't repeated, because it may be the password itself, in the wrong variable.
const passwordFile = makeValidator<string>(file => {
  const password = textOf(file, 'the file that it names').replace(/\r?\n$/, '');
  if (password === '') throw new Error('the file that it names is empty');
  return password;
});

/** Settings about Kafka. Files are read where they are named. */
export const kafkaVariables = {
  LEADFOLD_KAFKA: brokers({ default: undefined }),
  LEADFOLD_KAFKA_TLS: trueOrFalse({ default: false }),
  LEADFOLD_KAFKA_CA_FILE: makeValidator<string>(certificatesOf)({ default: undefined }),
  LEADFOLD_KAFKA_CERTIFICATE_FILE: makeValidator<string>(certificatesOf)({ default: undefined }),
  LEADFOLD_KAFKA_KEY_FILE: makeValidator<string>(privateKeyOf)({ default: undefined }),
  LEADFOLD_KAFKA_SASL_MECHANISM: saslMechanism({ default: undefined }),
  LEADFOLD_KAFKA_USER: str({ default: undefined }),
  LEADFOLD_KAFKA_PASSWORD: str({ default: undefined }),
  LEADFOLD_KAFKA_PASSWORD_FILE: passwordFile({ default: undefined }),
};

/** What they hold: of files, the text. */
export type KafkaGiven = Pick<CleanedEnv<typeof kafkaVariables>, keyof typeof kafkaVariables>;

type Name = keyof KafkaGiven;

/** What says nothing without another, any of these. */
const needs: readonly (readonly [Name, ...Name[]])[] = [
  ...(Object.keys(kafkaVariables) as Name[])
    .filter(name => name !== 'LEADFOLD_KAFKA')
    .map(name => [name, 'LEADFOLD_KAFKA'] as const),
  ['LEADFOLD_KAFKA_CA_FILE', 'LEADFOLD_KAFKA_TLS'],
  ['LEADFOLD_KAFKA_CERTIFICATE_FILE', 'LEADFOLD_KAFKA_TLS'],
  ['LEADFOLD_KAFKA_KEY_FILE', 'LEADFOLD_KAFKA_TLS'],
  ['LEADFOLD_KAFKA_CERTIFICATE_FILE', 'LEADFOLD_KAFKA_KEY_FILE'],
  ['LEADFOLD_KAFKA_KEY_FILE', 'LEADFOLD_KAFKA_CERTIFICATE_FILE'],
  ['LEADFOLD_KAFKA_SASL_MECHANISM', 'LEADFOLD_KAFKA_USER'],
  ['LEADFOLD_KAFKA_USER', 'LEADFOLD_KAFKA_SASL_MECHANISM'],
  ['LEADFOLD_KAFKA_USER', 'LEADFOLD_KAFKA_PASSWORD', 'LEADFOLD_KAFKA_PASSWORD_FILE'],
  ['LEADFOLD_KAFKA_PASSWORD', 'LEADFOLD_KAFKA_USER'],
  ['LEADFOLD_KAFKA_PASSWORD_FILE', 'LEADFOLD_KAFKA_USER'],
];

const shown = (name: Name): string => (name === 'LEADFOLD_KAFKA_TLS' ? `${name}=true` : name);

/** What of the settings doesn't fit together, a sentence each. */
export const kafkaFaults = (given: KafkaGiven): readonly string[] => {
  const has = (name: Name): boolean => given[name] !== undefined && given[name] !== false;
  const faults = needs
    .filter(([name, ...others]) => has(name) && !others.some(has))
    .map(([name, ...others]) => `${name} needs ${others.map(shown).join(' or ')}`);
  if (has('LEADFOLD_KAFKA_PASSWORD') && has('LEADFOLD_KAFKA_PASSWORD_FILE'))
    faults.push('LEADFOLD_KAFKA_PASSWORD and LEADFOLD_KAFKA_PASSWORD_FILE: give one of them');
  const client = clientOf(given);
  if (client !== null && !belongTogether(client.certificate, client.key))
    faults.push('LEADFOLD_KAFKA_KEY_FILE holds another key than that of LEADFOLD_KAFKA_CERTIFICATE_FILE');
  return faults;
};

/** How brokers and this client know each other, by settings that fit together. */
export const kafkaSecurity = (given: KafkaGiven): Security => {
  const mechanism = given.LEADFOLD_KAFKA_SASL_MECHANISM;
  const user = given.LEADFOLD_KAFKA_USER ?? '';
  const password = given.LEADFOLD_KAFKA_PASSWORD ?? given.LEADFOLD_KAFKA_PASSWORD_FILE ?? '';
  return {
    tls: given.LEADFOLD_KAFKA_TLS
      ? { authorities: given.LEADFOLD_KAFKA_CA_FILE ?? null, client: clientOf(given) }
      : null,
    sasl: mechanism === undefined ? null : { mechanism, user, password },
  };
};

const clientOf = ({
  LEADFOLD_KAFKA_CERTIFICATE_FILE: certificate,
  LEADFOLD_KAFKA_KEY_FILE: key,
}: KafkaGiven): { readonly certificate: string; readonly key: string } | null =>
  certificate === undefined || key === undefined ? null : { certificate, key };
