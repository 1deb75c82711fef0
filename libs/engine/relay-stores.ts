import type { Clock } from '../domain/event.ts';
import type { CheckpointStore, DeliveryStore } from '../lifecycle/index.ts';
import { ownersOnly, relayFile } from './data-files.ts';
import type { Settings } from './settings.ts';

/** Where relays keep how far they are, and what is to be delivered. */
export interface RelayStores {
  readonly checkpoints: CheckpointStore;
  readonly deliveries: DeliveryStore;
  readonly close: () => Promise<void>;
}

type RelaySettings = Pick<Settings, 'dataDir' | 'readStore' | 'mongoBatch'>;

/**
 * The relay's stores, where the read models are: in a file of the data folder, or in collections of the same database. They are opened when they
 * are first needed, because most commands and roles need none.
 */
export const openRelayStores = (settings: RelaySettings, clock: Clock): RelayStores => {
  let opened: Promise<RelayStores> | undefined;
  const stores = (): Promise<RelayStores> =>
    (opened ??= open(settings, clock).catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  const checkpoints = async (): Promise<CheckpointStore> => (await stores()).checkpoints;
  const deliveries = async (): Promise<DeliveryStore> => (await stores()).deliveries;
  const close = async (): Promise<void> => (await opened?.catch(() => undefined))?.close();
  return {
    checkpoints: {
      load: async name => (await checkpoints()).load(name),
      save: async (name, position) => (await checkpoints()).save(name, position),
      hold: async (name, owner, ms) => (await checkpoints()).hold(name, owner, ms),
      release: async (name, owner) => (await checkpoints()).release(name, owner),
      close,
    },
    deliveries: {
      add: async made => (await deliveries()).add(made),
      save: async delivery => (await deliveries()).save(delivery),
      pending: async (webhook, limit) => (await deliveries()).pending(webhook, limit),
      asked: async webhook => (await deliveries()).asked(webhook),
      ask: async (webhook, id, at) => (await deliveries()).ask(webhook, id, at),
      find: async (webhook, id) => (await deliveries()).find(webhook, id),
      list: async (webhook, query) => (await deliveries()).list(webhook, query),
      lastDelivered: async webhook => (await deliveries()).lastDelivered(webhook),
      drop: async webhook => (await deliveries()).drop(webhook),
      prune: async before => (await deliveries()).prune(before),
      close,
    },
    close,
  };
};

const open = async (settings: RelaySettings, clock: Clock): Promise<RelayStores> =>
  settings.readStore.kind === 'sqlite'
    ? openFile(ownersOnly(relayFile(settings)), clock)
    : openDatabase(settings.readStore.url, settings.mongoBatch, clock);

const openFile = async (file: string, clock: Clock): Promise<RelayStores> => {
  const { openSqliteCheckpoints } = await import('../lifecycle/checkpoints/sqlite.ts');
  const { openSqliteDeliveries } = await import('../lifecycle/deliveries/sqlite.ts');
  const checkpoints = openSqliteCheckpoints({ file, clock });
  const deliveries = openSqliteDeliveries({ file });
  return {
    checkpoints,
    deliveries,
    close: async () => {
      await checkpoints.close();
      await deliveries.close();
    },
  };
};

const openDatabase = async (url: string, batchSize: number, clock: Clock): Promise<RelayStores> => {
  const { clientOf, databaseOf } = await import('../read-store/mongodb/connection.ts');
  const { mongoCheckpoints } = await import('../lifecycle/checkpoints/mongodb.ts');
  const { mongoDeliveries } = await import('../lifecycle/deliveries/mongodb.ts');
  const client = clientOf(url);
  const db = databaseOf(client, url);
  const close = (): Promise<void> => client.close();
  return {
    checkpoints: { ...mongoCheckpoints({ db, clock }), close },
    deliveries: { ...mongoDeliveries({ db, batchSize }), close },
    close,
  };
};
