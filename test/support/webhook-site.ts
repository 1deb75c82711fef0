import { join } from 'node:path';
import type { EventStore } from '../../libs/event-store/port.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { createKeyedHash } from '../../libs/handling/keyed-hash.ts';
import { openSqliteCheckpoints } from '../../libs/lifecycle/checkpoints/sqlite.ts';
import { openSqliteDeliveries } from '../../libs/lifecycle/deliveries/sqlite.ts';
import { createFeed } from '../../libs/lifecycle/feed.ts';
import { createReadOn } from '../../libs/lifecycle/read-on.ts';
import type { RelayPart } from '../../libs/lifecycle/relay.ts';
import { recordedAt, testMapping, until } from '../../libs/lifecycle/testing.ts';
import { createWebhookCommands, type WebhookCommands } from '../../libs/lifecycle/webhooks/commands.ts';
import type { DeliveryStore } from '../../libs/lifecycle/webhooks/port.ts';
import { createRegistry } from '../../libs/lifecycle/webhooks/registry.ts';
import { createWebhookRelay } from '../../libs/lifecycle/webhooks/relay.ts';
import { createSender } from '../../libs/lifecycle/webhooks/send.ts';
import { parseNetworks } from '../../libs/lifecycle/webhooks/target.ts';
import { startReceiver, type Receiver } from '../../libs/lifecycle/webhooks/testing.ts';
import { temporaryFolder } from './folder.ts';

export const context = { command: 'test', actor: 'test' };
export const [placed, captured] = ['leadfold.order.placed', 'leadfold.lead.captured'] as const;

const secret = 'workspace-secret-of-the-specification';
const targets = { allowed: parseNetworks('127.0.0.0/8') };

/** A log, a relay's store, relays of several processes over them, and a receiver; time stands still but for who moves it. */
export interface WebhookSite {
  readonly events: EventStore;
  readonly deliveries: DeliveryStore;
  readonly commands: WebhookCommands;
  readonly receiver: Receiver;
  readonly relays: readonly RelayPart[];
  now: number;
  readonly start: (owner?: string) => RelayPart;
  /** Registers the webhook `w1`. */
  readonly register: (types?: readonly string[], url?: string) => ReturnType<WebhookCommands['register']>;
  readonly append: (
    ...made: readonly (readonly [type: string, leadId: string, data?: object])[]
  ) => Promise<void>;
  readonly orders: (count: number, leadId?: string) => Promise<void>;
  /** The places in the log of what the receiver has accepted, in the order of its coming. */
  readonly taken: () => readonly number[];
  readonly statuses: () => Promise<readonly string[]>;
  /** Lets time pass until the condition holds, a step each time that somebody may have waited for it. */
  readonly passing: (step: number, condition: () => boolean | Promise<boolean>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export const openWebhookSite = async (): Promise<WebhookSite> => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'relay.sqlite');
  const relays: RelayPart[] = [];
  let place = 0;
  const clock = (): number => site.now;
  const events = openSqliteEventStore({ file: join(folder.path, 'log.sqlite'), clock });
  const checkpoints = openSqliteCheckpoints({ file });
  const deliveries = openSqliteDeliveries({ file });
  const hash = createKeyedHash(secret);
  const newId = (): string => crypto.randomUUID();
  const commands = createWebhookCommands({ events, clock, newId, hash, secret, targets });
  const sender = createSender({ ...targets, timeoutMs: 2_000 });
  const receiver = await startReceiver();
  const append: WebhookSite['append'] = async (...made) => {
    for (const [type, leadId, data] of made) {
      const event = recordedAt(++place, type, { leadId, ...data });
      const { id, version, occurredAt, metadata } = event;
      const stream = `lead-${leadId}`;
      await events.append(stream, [{ id, type, version, occurredAt, data: event.data, metadata }], 'ANY');
    }
  };
  const site: WebhookSite = {
    events,
    deliveries,
    commands,
    receiver,
    relays,
    now: Date.UTC(2026, 5, 1),
    start: (owner = 'a') => {
      const relay = createWebhookRelay({
        events,
        toLifecycle: testMapping,
        feed: createFeed({ events, toLifecycle: testMapping }),
        readOn: createReadOn(events, testMapping),
        registry: createRegistry(events),
        checkpoints,
        deliveries,
        sender,
        clock,
        secret,
        owner,
        random: () => 0,
        lookMs: 10,
        giveUp: commands.giveUp,
      });
      relays.push(relay);
      relay.start();
      return relay;
    },
    register: (types = [placed], url = receiver.url) => commands.register({ id: 'w1', url, types }, context),
    append,
    orders: (count, leadId = 'l1') =>
      append(...Array.from({ length: count }, () => ['OrderPlaced', leadId] as const)),
    taken: () =>
      receiver.received.filter(({ status }) => status < 300 && status > 0).map(({ position }) => position),
    statuses: async () =>
      (await deliveries.list('w1', { limit: 100 })).deliveries.map(({ status }) => status),
    passing: (step, condition) =>
      until(async () => {
        site.now += step;
        return condition();
      }),
    close: async () => {
      await Promise.all(relays.map(relay => relay.stop()));
      await receiver.close();
      sender.close();
      await deliveries.close();
      await checkpoints.close();
      await events.close();
      folder.remove();
    },
  };
  return site;
};
