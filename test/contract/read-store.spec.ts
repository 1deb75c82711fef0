import { sqliteReads } from '../support/sqlite-reads.ts';
import { readStoreContract } from './read-store.ts';

readStoreContract('SQLite', () => Promise.resolve(sqliteReads()));
readStoreContract('SQLite that commits in a thread', () => Promise.resolve(sqliteReads({ largeBatch: 0 })));
