import { join } from 'node:path';
import { openSqliteDeliveries } from '../../libs/lifecycle/deliveries/sqlite.ts';
import type { DeliveryStore } from '../../libs/lifecycle/webhooks/port.ts';
import { temporaryFolder } from '../support/folder.ts';
import { deliveryStoreContract } from './delivery-store.ts';

deliveryStoreContract('SQLite', () => {
  const folder = temporaryFolder();
  const opened: DeliveryStore[] = [];
  const open = (): DeliveryStore => {
    const store = openSqliteDeliveries({ file: join(folder.path, 'relay.sqlite') });
    opened.push(store);
    return store;
  };
  return Promise.resolve({
    store: open(),
    second: () => Promise.resolve(open()),
    dispose: async () => {
      for (const store of opened) await store.close();
      folder.remove();
    },
  });
});
