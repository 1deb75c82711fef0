import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificates } from '../support/certificates.ts';
import { temporaryFolder } from '../support/folder.ts';
import { plainUser, scramUser, startSecuredKafka, type SecuredKafka } from '../support/kafka-secured.ts';
import { aTopic, readTopic, type Read } from '../support/kafka-topic.ts';
import { startServer, type Harness } from './http-server.ts';

type Texts = Readonly<Record<string, string>>;

const folder = temporaryFolder();
let kafka: SecuredKafka;

beforeAll(async () => {
  kafka = await startSecuredKafka(folder.path);
});
afterAll(async () => {
  await kafka.broker.stop();
  folder.remove();
});

const tls = (): Texts => ({ LEADFOLD_KAFKA_TLS: 'true', LEADFOLD_KAFKA_CA_FILE: kafka.certificates.ca });
const by = (mechanism: string, user: string, password: string): Texts => ({
  LEADFOLD_KAFKA_SASL_MECHANISM: mechanism,
  LEADFOLD_KAFKA_USER: user,
  LEADFOLD_KAFKA_PASSWORD: password,
});
const ann = (): Texts => by('plain', plainUser.name, plainUser.password);
const bob = (mechanism: string): Texts => by(mechanism, scramUser.name, scramUser.password);

interface Relaying extends Harness {
  readonly topic: string;
  /** Lines of the engine's log. */
  readonly told: readonly string[];
}

/** A server with the role `relay` that publishes to a topic of its own, and has something to publish. */
const relaying = async (url: string, environment: Texts): Promise<Relaying> => {
  const topic = aTopic();
  const file = join(folder.path, `${topic}.json`);
  writeFileSync(file, JSON.stringify({ kafka: { topics: [{ name: topic, partitions: 1 }] } }));
  const told: string[] = [];
  const server = await startServer(
    { LEADFOLD_KAFKA: url, LEADFOLD_CONFIG: file, ...environment },
    { log: (level, message, fields) => void told.push(JSON.stringify({ level, message, ...fields })) },
  );
  server.engine.lifecycle.relay.start();
  expect((await server.post('/v1/leads', { id: 'eve', origin: 'referral' })).status).toBe(201);
  return { ...server, topic, told };
};

const until = async <T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> => {
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (holds(answer) || tries === 400) return answer;
    await pause(50);
  }
};

/** Past the listeners that want to know who reads. */
const published = (topic: string): Promise<readonly Read[]> =>
  until(
    () => readTopic([kafka.broker.url], topic).catch(() => []),
    read => read.length > 0,
  );

interface Health {
  readonly details: { readonly relay: { readonly status: string; readonly kafka: Texts } };
}
const healthOf = async (server: Harness): Promise<Health> =>
  (await server.get('/health/ready')).json as unknown as Health;
const refusalOf = async (server: Harness): Promise<Texts> => {
  const { details } = await until(
    () => healthOf(server),
    health => 'error' in health.details.relay.kafka,
  );
  expect(details.relay.status).toBe('degraded');
  return details.relay.kafka;
};

describe('a relay to brokers that want to know it', () => {
  it.each<readonly [string, () => readonly [string, Texts]]>([
    ['plain over TLS', () => [kafka.users, { ...tls(), ...ann() }]],
    ['SCRAM-SHA-256 over TLS', () => [kafka.users, { ...tls(), ...bob('SCRAM-SHA-256') }]],
    ['SCRAM-SHA-512 over TLS', () => [kafka.users, { ...tls(), ...bob('scram-sha-512') }]],
    ['SCRAM-SHA-512 without TLS', () => [kafka.readable, bob('scram-sha-512')]],
    [
      'its certificate',
      () => [
        kafka.mutual,
        {
          ...tls(),
          LEADFOLD_KAFKA_CERTIFICATE_FILE: kafka.certificates.client.certificate,
          LEADFOLD_KAFKA_KEY_FILE: kafka.certificates.client.key,
        },
      ],
    ],
  ])('publishes by %s', async (_, how) => {
    const server = await relaying(...how());
    try {
      const read = await published(server.topic);
      expect(read.map(({ body }) => [body.type, body.subject])).toEqual([['leadfold.lead.captured', 'eve']]);
      const health = await until(
        () => healthOf(server),
        ({ details }) => details.relay.status === 'up' && Number(details.relay.kafka['lag']) === 0,
      );
      expect(health.details.relay).toEqual({ status: 'up', kafka: { state: 'following', lag: 0 } });
      expect(server.told.join('')).not.toContain('over the network');
    } finally {
      await server.close();
    }
  });

  it('publishes by plain without TLS, and warns of it', async () => {
    const server = await relaying(kafka.readable, ann());
    try {
      expect(await published(server.topic)).toHaveLength(1);
      expect(server.told[0]).toBe(
        '{"level":"warn","message":"without TLS, Kafka\'s password goes over the network as it is"}',
      );
    } finally {
      await server.close();
    }
  });

  it('goes on by itself once the brokers know its user and password', async () => {
    const server = await relaying(kafka.users, { ...tls(), ...by('scram-sha-512', 'zoe', 'n3w-password') });
    try {
      expect(await refusalOf(server)).toMatchObject({ state: 'retrying', error: 'AuthenticationFailed' });
      await kafka.broker.setUser('zoe', 'n3w-password');
      expect(await published(server.topic)).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});

describe('a relay that is not let in, or lets none in', () => {
  const stranger = (): Texts => {
    const dir = join(folder.path, 'strange');
    mkdirSync(dir, { recursive: true });
    return { ...tls(), LEADFOLD_KAFKA_CA_FILE: makeCertificates(dir).ca };
  };

  it.each<readonly [string, string, RegExp, () => readonly [string, Texts]]>([
    [
      'the wrong password by plain',
      'AuthenticationFailed',
      /^the brokers refuse the user or the password$/,
      () => [kafka.users, { ...tls(), ...by('plain', 'ann', 'wr0ng-s3cret') }],
    ],
    [
      'the wrong password by SCRAM',
      'AuthenticationFailed',
      /^the brokers refuse the user or the password$/,
      () => [kafka.users, { ...tls(), ...by('scram-sha-256', 'bob', 'wr0ng-s3cret') }],
    ],
    [
      'a mechanism that they do not take',
      'AuthenticationFailed',
      /^the brokers do not take this SASL mechanism$/,
      () => [kafka.plainOnly, { ...tls(), ...by('scram-sha-512', 'bob', 'wr0ng-s3cret') }],
    ],
    [
      'a user where they want none',
      'AuthenticationFailed',
      /^the brokers want no user and password there$/,
      () => [kafka.broker.url, by('scram-sha-512', 'bob', 'wr0ng-s3cret')],
    ],
    [
      'another authority than theirs',
      'TlsFailed',
      /^the brokers' certificate is not trusted \(\S+\)$/,
      () => [kafka.users, { ...stranger(), ...by('plain', 'ann', 'wr0ng-s3cret') }],
    ],
    [
      'the authorities of Node alone',
      'TlsFailed',
      /^the brokers' certificate is not trusted \(\S+\)$/,
      () => [kafka.users, { LEADFOLD_KAFKA_TLS: 'true', ...by('plain', 'ann', 'wr0ng-s3cret') }],
    ],
    [
      'no certificate where they want one',
      'TlsFailed',
      /^the brokers do not accept the client certificate, or want one \(\S+\)$/,
      () => [kafka.mutual, tls()],
    ],
  ])('for %s says so, keeps trying, and lets everything else go on', async (_, error, fault, how) => {
    const [url, environment] = how();
    const server = await relaying(url, environment);
    try {
      const told = await refusalOf(server);
      expect(told).toMatchObject({ state: 'retrying', error, fault: expect.stringMatching(fault) });
      const failures = (): Promise<number> =>
        server
          .get('/metrics')
          .then(({ text }) =>
            Number(/leadfold_relay_failures_total\{subscriber="kafka"\} (\d+)/.exec(text)?.[1]),
          );
      expect(await until(failures, count => count >= 2)).toBeGreaterThanOrEqual(2);
      const { status, json } = await server.post('/v1/leads', { id: 'dan' });
      expect(status).toBe(201);
      expect((await server.get(`/v1/leads/dan?atLeast=${json.position}`)).status).toBe(200);
      const logged = server.told.filter(line => line.includes('Kafka does not take events'));
      expect(logged).toHaveLength(1);
      expect(JSON.parse(logged[0]!)).toMatchObject({ level: 'error', fault: expect.stringMatching(fault) });
      for (const text of [...server.log, ...server.told, JSON.stringify(told)])
        expect(text).not.toContain('s3cret');
      expect(JSON.stringify(told)).not.toContain(url);
    } finally {
      await server.close();
    }
  });
});
