import type { Clock, NewId } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import { createKeyedHash } from '../handling/keyed-hash.ts';
import {
  createFeed,
  createMapping,
  createReadOn,
  createRelay,
  createRegistry,
  createSender,
  createStreams,
  createWebhookCommands,
  createWebhookRelay,
  type CheckpointStore,
  type DeliveryStore,
  type Registry,
  type RelayPart,
  type Streams,
  type ToLifecycle,
  type WebhookCommands,
} from '../lifecycle/index.ts';
import { openRelayStores } from './relay-stores.ts';
import type { Settings } from './settings.ts';

/** Lifecycle events, and the ways to other systems. */
export interface Lifecycle {
  readonly toLifecycle: ToLifecycle;
  readonly checkpoints: CheckpointStore;
  /** Server-sent events; a server with the role `api` opens streams. */
  readonly streams: Streams;
  readonly webhooks: Webhooks;
  /** A server with the role `relay` starts it. */
  readonly relay: RelayPart;
  close(): Promise<void>;
}

/** What is known of webhooks, and what can be done with them. */
export interface Webhooks {
  readonly commands: WebhookCommands;
  readonly registry: Registry;
  readonly deliveries: DeliveryStore;
}

export interface LifecycleOptions {
  readonly settings: Settings;
  readonly events: EventStore;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The workspace's. */
  readonly secret: string;
  readonly log?: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

export const openLifecycle = async (options: LifecycleOptions): Promise<Lifecycle> => {
  const { settings, events, clock, newId, secret } = options;
  const logging = options.log === undefined ? {} : { log: options.log };
  const toLifecycle = createMapping(settings.lifecycle);
  const { checkpoints, deliveries, close } = openRelayStores(settings, clock);
  const feed = createFeed({ events, toLifecycle, ...logging });
  const readOn = createReadOn(events, toLifecycle);
  const streams = createStreams({ feed, readOn, ...logging });
  const targets = { allowed: settings.webhookNetworks };
  const hash = createKeyedHash(secret);
  const commands = createWebhookCommands({ events, clock, newId, hash, secret, targets });
  const registry = createRegistry(events);
  const sender = createSender(targets);
  const webhookRelay = createWebhookRelay({
    events,
    toLifecycle,
    feed,
    readOn,
    registry,
    checkpoints,
    deliveries,
    sender,
    clock,
    secret,
    owner: newId(),
    giveUp: (id, reason, since) => commands.giveUp(id, reason, since),
    ...logging,
  });
  const relay = createRelay([webhookRelay, ...(await kafkaPart(options, checkpoints))]);
  return {
    toLifecycle,
    checkpoints,
    streams,
    webhooks: { commands, registry, deliveries },
    relay,
    close: async () => {
      await streams.close();
      await relay.stop();
      await feed.stop();
      sender.close();
      await close();
    },
  };
};

/** Loaded where it is needed, because most commands and roles need none of it. */
const kafkaPart = async (
  { settings, events, newId, log }: LifecycleOptions,
  checkpoints: CheckpointStore,
): Promise<readonly RelayPart[]> => {
  if (settings.kafka === null || !settings.roles.has('relay')) return [];
  const { createKafkaRelay } = await import('../lifecycle/kafka/index.ts');
  const rules = settings.lifecycle;
  const kafka = createKafkaRelay({
    ...settings.kafka,
    events,
    checkpoints,
    rules,
    owner: newId(),
    ...(log ? { log } : {}),
  });
  return [{ ...kafka, status: () => [kafka.status()] }];
};
