import { sqliteSubject } from '../support/sqlite-events.ts';
import { eventStoreContract } from './event-store.ts';

eventStoreContract('SQLite', () => Promise.resolve(sqliteSubject()));
