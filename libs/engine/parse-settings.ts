import { cleanEnv, makeValidator, port, str } from 'envalid';
import { IANAZone } from 'luxon';
import { readFileSync } from 'node:fs';
import { readKeySource, type KeySource } from '../access/index.ts';
import { eventStore } from './event-store-setting.ts';
import { parseNetworks, type Network } from '../lifecycle/webhooks/target.ts';
import { kafkaFaults, kafkaSecurity, kafkaVariables } from './kafka-settings.ts';
import { roles, type Role, type Settings } from './settings.ts';
import { operations, readStore } from './read-store-setting.ts';
import { parseConfiguration, type Configuration } from './parse-workspace.ts';

/** The configuration can't be used; `message` says per variable what is wrong and what would be right. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
}

const timeZone = makeValidator<string>(value => {
  if (!IANAZone.isValidZone(value)) throw new Error(`"${value}" is no IANA time zone such as Europe/Berlin`);
  return value;
});

const roleSet = makeValidator<ReadonlySet<Role>>(value => {
  const names = value.split(',').map(name => name.trim());
  const known: readonly string[] = roles;
  const odd = names.find(name => !known.includes(name));
  if (odd !== undefined) throw new Error(`"${odd}" is no role; roles are ${roles.join(', ')}`);
  return new Set(names as Role[]);
});

const secret = makeValidator<string>(value => {
  if (value.length < 32) throw new Error('a secret has 32 characters or more');
  return value;
});

const apiKeys = makeValidator<KeySource>(value => {
  const source = readKeySource(value);
  if (source.file === null && source.keys.length === 0) throw new Error('holds no entry');
  return source;
});

const perSecond = makeValidator<number>(value => {
  if (!/^\d{1,6}$/.test(value))
    throw new Error('must be a whole number of requests a second, 0 for any number');
  return Number(value);
});

const networks = makeValidator<readonly Network[]>(parseNetworks);

const variables = {
  LEADFOLD_DATA: str({ default: './data' }),
  LEADFOLD_EVENT_STORE: eventStore({ default: { kind: 'sqlite' } }),
  LEADFOLD_READ_STORE: readStore({ default: { kind: 'sqlite' } }),
  LEADFOLD_MONGO_BATCH: operations({ default: 1_000 }),
  ...kafkaVariables,
  LEADFOLD_ROLES: roleSet({ default: new Set(roles) }),
  LEADFOLD_HOST: str({ default: '127.0.0.1' }),
  LEADFOLD_PORT: port({ default: 3000 }),
  LEADFOLD_TIME_ZONE: timeZone({ default: 'UTC' }),
  LEADFOLD_CONFIG: str({ default: undefined }),
  LEADFOLD_SECRET: secret({ default: undefined }),
  LEADFOLD_API_KEYS: apiKeys({ default: undefined }),
  LEADFOLD_RATE_LIMIT: perSecond({ default: 100 }),
  LEADFOLD_WEBHOOK_NETWORKS: networks({ default: [] }),
  LEADFOLD_DEBUG: str({ default: undefined }),
};

/**
 * Reads the environment, once, at start. An empty variable counts as left out.
 *
 * @param overrides what the command line says instead: `data`, a folder
 * @throws InvalidSettings
 */
export const parseSettings = (
  environment: Readonly<Record<string, string | undefined>>,
  overrides: { readonly data?: string } = {},
): Settings => {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name.startsWith('LEADFOLD_') && value !== ''),
  );
  const unknown = Object.keys(given).filter(name => !(name in variables));
  if (unknown.length > 0) {
    throw new InvalidSettings(
      `unknown setting ${unknown.join(', ')}; settings are ${Object.keys(variables).join(', ')}`,
    );
  }
  const env = cleanEnv(given, variables, { reporter: refuse });
  const faults = kafkaFaults(env);
  if (faults.length > 0) throw new InvalidSettings(faults.join('; '));
  const { topics, ...configuration } =
    env.LEADFOLD_CONFIG === undefined ? parseConfiguration('{}') : readConfiguration(env.LEADFOLD_CONFIG);
  const known: readonly string[] | undefined = env.LEADFOLD_KAFKA;
  return {
    dataDir: overrides.data ?? env.LEADFOLD_DATA,
    roles: env.LEADFOLD_ROLES,
    host: env.LEADFOLD_HOST,
    port: env.LEADFOLD_PORT,
    timeZone: env.LEADFOLD_TIME_ZONE,
    eventStore: env.LEADFOLD_EVENT_STORE,
    readStore: env.LEADFOLD_READ_STORE,
    mongoBatch: env.LEADFOLD_MONGO_BATCH,
    ...configuration,
    kafka: known === undefined ? null : { brokers: known, topics, security: kafkaSecurity(env) },
    webhookNetworks: env.LEADFOLD_WEBHOOK_NETWORKS,
    secret: env.LEADFOLD_SECRET ?? null,
    apiKeys: env.LEADFOLD_API_KEYS ?? null,
    rateLimit: env.LEADFOLD_RATE_LIMIT,
  };
};

const refuse = ({ errors }: { readonly errors: Readonly<Record<string, Error | undefined>> }): void => {
  const sentences = Object.entries(errors).map(
    ([name, error]) => `${name}: ${error?.message ?? 'not valid'}`,
  );
  if (sentences.length > 0) throw new InvalidSettings(sentences.join('; '));
};

const readConfiguration = (file: string): Configuration => {
  try {
    return parseConfiguration(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InvalidSettings(
      `LEADFOLD_CONFIG: ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};
