import type { Clock } from '../domain/event.ts';
import { openSqliteCheckpoints } from '../lifecycle/checkpoints/sqlite.ts';
import { openSqliteDeliveries } from '../lifecycle/deliveries/sqlite.ts';
import type { CheckpointStore, DeliveryStore } from '../lifecycle/index.ts';
import { relayFile } from './data-files.ts';
import type { Settings } from './settings.ts';

/** Where relays keep how far they are. */
export interface RelayStores {
  readonly checkpoints: CheckpointStore;
  readonly deliveries: DeliveryStore;
  readonly close: () => Promise<void>;
}

/** The relay's stores, each opened when it is first needed: most commands and roles need none. */
export const openRelayStores = (settings: Settings, clock: Clock): RelayStores => {
  const file = relayFile(settings);
  const checkpoints = opened(() => openSqliteCheckpoints({ file, clock }));
  const deliveries = opened(() => openSqliteDeliveries({ file }));
  const checkpointStore: CheckpointStore = {
    load: async name => checkpoints.now().load(name),
    save: async (name, position) => checkpoints.now().save(name, position),
    hold: async (name, owner, ms) => checkpoints.now().hold(name, owner, ms),
    release: async (name, owner) => checkpoints.now().release(name, owner),
    close: checkpoints.close,
  };
  const deliveryStore: DeliveryStore = {
    add: async made => deliveries.now().add(made),
    save: async delivery => deliveries.now().save(delivery),
    pending: async (webhook, limit) => deliveries.now().pending(webhook, limit),
    asked: async webhook => deliveries.now().asked(webhook),
    ask: async (webhook, id, at) => deliveries.now().ask(webhook, id, at),
    find: async (webhook, id) => deliveries.now().find(webhook, id),
    list: async (webhook, query) => deliveries.now().list(webhook, query),
    lastDelivered: async webhook => deliveries.now().lastDelivered(webhook),
    drop: async webhook => deliveries.now().drop(webhook),
    prune: async before => deliveries.now().prune(before),
    close: deliveries.close,
  };
  return {
    checkpoints: checkpointStore,
    deliveries: deliveryStore,
    close: async () => {
      await checkpoints.close();
      await deliveries.close();
    },
  };
};

interface Late<Store> {
  readonly now: () => Store;
  readonly close: () => Promise<void>;
}

const opened = <Store extends { close(): Promise<void> }>(open: () => Store): Late<Store> => {
  let store: Store | undefined;
  return { now: () => (store ??= open()), close: async () => store?.close() };
};
