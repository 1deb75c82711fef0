import { clientOf, databaseOf } from '../../libs/read-store/mongodb/connection.ts';
import { mongoCheckpoints } from '../../libs/lifecycle/checkpoints/mongodb.ts';
import { mongoDeliveries } from '../../libs/lifecycle/deliveries/mongodb.ts';
import { mongoServer, temporaryDatabase } from '../support/mongo-reads.ts';
import { checkpointStoreContract } from './checkpoint-store.ts';
import { deliveryStoreContract } from './delivery-store.ts';

/** Opens stores, each by a client of its own as processes have them, on a database that is removed after. */
const subject = <Store>(
  open: (db: ReturnType<typeof databaseOf>) => Store,
): { readonly store: Store & Closing; second(): Promise<Store & Closing>; dispose(): Promise<void> } => {
  const database = temporaryDatabase();
  const clients: ReturnType<typeof clientOf>[] = [];
  const opened = (): Store & Closing => {
    const client = clientOf(database.url);
    clients.push(client);
    return { ...open(databaseOf(client, database.url)), close: () => client.close() };
  };
  return {
    store: opened(),
    second: () => Promise.resolve(opened()),
    dispose: async () => {
      for (const client of clients) await client.close();
      await database.remove();
    },
  };
};

interface Closing {
  close(): Promise<void>;
}

checkpointStoreContract('MongoDB', clock => Promise.resolve(subject(db => mongoCheckpoints({ db, clock }))));
deliveryStoreContract('MongoDB', () =>
  Promise.resolve(subject(db => mongoDeliveries({ db, batchSize: mongoServer().batchSize }))),
);
