import { join } from 'node:path';
import { openSqliteCheckpoints } from '../../libs/lifecycle/checkpoints/sqlite.ts';
import type { CheckpointStore } from '../../libs/lifecycle/port.ts';
import { temporaryFolder } from '../support/folder.ts';
import { checkpointStoreContract } from './checkpoint-store.ts';

checkpointStoreContract('SQLite', clock => {
  const folder = temporaryFolder();
  const opened: CheckpointStore[] = [];
  const open = (): CheckpointStore => {
    const store = openSqliteCheckpoints({ file: join(folder.path, 'relay.sqlite'), clock });
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
