import { join } from 'node:path';
import { startEsdb } from '../servers/esdb/start.ts';
import { deliveredWebhooks } from './delivered-webhooks.ts';

deliveredWebhooks('EventStoreDB', async folder => {
  const esdb = await startEsdb({ dir: join(folder, 'esdb') });
  return { environment: { LEADFOLD_EVENT_STORE: esdb.url }, remove: () => esdb.stop() };
});
