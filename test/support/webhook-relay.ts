import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import { createKeyedHash } from '../../libs/handling/keyed-hash.ts';
import { openSqliteCheckpoints } from '../../libs/lifecycle/checkpoints/sqlite.ts';
import { openSqliteDeliveries } from '../../libs/lifecycle/deliveries/sqlite.ts';
import {
  createFeed,
  createReadOn,
  createRegistry,
  createSender,
  createWebhookCommands,
  createWebhookRelay,
  type DeliveryStore,
  type RelayPart,
  type WebhookCommands,
} from '../../libs/lifecycle/index.ts';
import { testMapping } from '../../libs/lifecycle/testing.ts';
import { parseNetworks } from '../../libs/lifecycle/webhooks/target.ts';

/** A log and a relay's store in a folder, and what works on them in one process. */
export interface RelaySite {
  readonly events: EventStore;
  readonly deliveries: DeliveryStore;
  readonly commands: WebhookCommands;
  readonly relay: RelayPart;
  readonly close: () => Promise<void>;
}

const secret = 'a secret of thirty-two characters';
const targets = { allowed: parseNetworks('127.0.0.0/8') };

/** @param leaseMs how long the next process waits for a relay that was killed */
export const openRelaySite = (dir: string, leaseMs = 300): RelaySite => {
  const file = join(dir, 'relay.sqlite');
  const events = openSqliteEventStore({ file: join(dir, 'log.sqlite'), pollMs: 20 });
  const deliveries = openSqliteDeliveries({ file });
  const checkpoints = openSqliteCheckpoints({ file });
  const feed = createFeed({ events, toLifecycle: testMapping });
  const sender = createSender(targets);
  const hash = createKeyedHash(secret);
  const commands = createWebhookCommands({
    events,
    clock: Date.now,
    newId: randomUUID,
    hash,
    secret,
    targets,
  });
  const relay = createWebhookRelay({
    events,
    toLifecycle: testMapping,
    feed,
    readOn: createReadOn(events, testMapping),
    registry: createRegistry(events),
    checkpoints,
    deliveries,
    sender,
    clock: Date.now,
    secret,
    owner: randomUUID(),
    leaseMs,
    lookMs: 50,
    giveUp: (id, reason, since) => commands.giveUp(id, reason, since),
  });
  return {
    events,
    deliveries,
    commands,
    relay,
    close: async () => {
      await relay.stop();
      await feed.stop();
      sender.close();
      await deliveries.close();
      await checkpoints.close();
      await events.close();
    },
  };
};
