import { mongoServer, temporaryDatabase } from '../support/mongo-reads.ts';
import { deliveredWebhooks } from './delivered-webhooks.ts';

deliveredWebhooks('MongoDB', () => {
  const { url, remove } = temporaryDatabase();
  const environment = {
    LEADFOLD_READ_STORE: url,
    LEADFOLD_MONGO_BATCH: String(mongoServer().batchSize),
  };
  return Promise.resolve({ environment, remove });
});
