import { sqliteSubject } from '../support/sqlite-events.ts';
import { eventStoreContract } from './event-store.ts';

eventStoreContract('SQLite', () => Promise.resolve(sqliteSubject()));
eventStoreContract('SQLite that commits in a thread of its own', () =>
  Promise.resolve(sqliteSubject({ commitThread: true })),
);
