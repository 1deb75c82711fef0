import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Listener } from '../servers/kafka/properties.ts';
import { startKafka, type KafkaServer } from '../servers/kafka/start.ts';
import { makeCertificates, type Certificates } from './certificates.ts';

/** A broker of one's own that wants to know its clients. */
export interface SecuredKafka {
  readonly broker: KafkaServer;
  readonly certificates: Certificates;
  /** TLS, and users by every mechanism. */
  readonly users: string;
  /** TLS, and users by PLAIN alone. */
  readonly plainOnly: string;
  /** Users by every mechanism, without TLS. */
  readonly readable: string;
  /** TLS, and clients by their certificates. */
  readonly mutual: string;
}

/** Whom it knows from the start: one by PLAIN, one by SCRAM. */
export const plainUser = { name: 'ann', password: 'se:cret@1' } as const;
export const scramUser = { name: 'bob', password: 's3cret' } as const;

const jaas = (module: string, options = ''): string =>
  `org.apache.kafka.common.security.${module} required${options};`;

const sasl = (...mechanisms: readonly ('PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512')[]) => ({
  'sasl.enabled.mechanisms': mechanisms.join(','),
  'plain.sasl.jaas.config': jaas('plain.PlainLoginModule', ` user_${plainUser.name}="${plainUser.password}"`),
  'scram-sha-256.sasl.jaas.config': jaas('scram.ScramLoginModule'),
  'scram-sha-512.sasl.jaas.config': jaas('scram.ScramLoginModule'),
});

const every = sasl('PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512');

/** Starts it, with certificates that are made for it. @throws Error without OpenSSL 3 */
export const startSecuredKafka = async (dir: string): Promise<SecuredKafka> => {
  const certificates = makeCertificates(dir, 'kafka');
  const { ca, server } = certificates;
  const keyStore = join(dir, 'broker.pem');
  writeFileSync(keyStore, readFileSync(server.key, 'utf8') + readFileSync(server.certificate, 'utf8'));
  const tls = {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keyStore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': ca,
  };
  const listeners: readonly Listener[] = [
    { name: 'USERS', protocol: 'SASL_SSL', properties: { ...tls, ...every } },
    { name: 'PLAINONLY', protocol: 'SASL_SSL', properties: { ...tls, ...sasl('PLAIN') } },
    { name: 'READABLE', protocol: 'SASL_PLAINTEXT', properties: every },
    { name: 'MUTUAL', protocol: 'SSL', properties: { ...tls, 'ssl.client.auth': 'required' } },
  ];
  const broker = await startKafka({ dir: join(dir, 'kafka'), listeners, users: [scramUser] });
  return {
    broker,
    certificates,
    users: broker.urlOf('USERS'),
    plainOnly: broker.urlOf('PLAINONLY'),
    readable: broker.urlOf('READABLE'),
    mutual: broker.urlOf('MUTUAL'),
  };
};
