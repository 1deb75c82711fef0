import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** Ways to prove a user to brokers, as Kafka names them, in small letters. */
export const saslMechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof saslMechanisms)[number];

/** TLS to the brokers, whose certificates are always checked. Texts are PEM. */
export interface Tls {
  /** Certificates of the authorities that are trusted; null: those that Node brings along. */
  readonly authorities: string | null;
  /** What this client shows who asks it for a certificate; `certificate` may be followed by its chain. */
  readonly client: { readonly certificate: string; readonly key: string } | null;
}

/** A user of the brokers. */
export interface Sasl {
  readonly mechanism: SaslMechanism;
  readonly user: string;
  readonly password: string;
}

/** How brokers are known to this client, and it to them. */
export interface Security {
  /** Null: connections are not encrypted. */
  readonly tls: Tls | null;
  /** Null: without a user. */
  readonly sasl: Sasl | null;
}

/** Neither TLS nor a user. */
export const unsecured: Security = { tls: null, sasl: null };

/** Whether somebody on the way could read the password. */
export const showsPassword = ({ tls, sasl }: Security): boolean =>
  sasl?.mechanism === 'plain' && tls === null;

/** The same in kafkajs's words. */
export const securityOptions = ({ tls, sasl }: Security): Pick<KafkaConfig, 'ssl' | 'sasl'> => ({
  ...(tls === null
    ? {}
    : {
        ssl: {
          ...(tls.authorities === null ? {} : { ca: tls.authorities }),
          ...(tls.client === null ? {} : { cert: tls.client.certificate, key: tls.client.key }),
        },
      }),
  ...(sasl === null ? {} : { sasl: userOptions(sasl) }),
});

const userOptions = ({ mechanism, user, password }: Sasl): SASLOptions => ({
  mechanism,
  username: user,
  password,
});
