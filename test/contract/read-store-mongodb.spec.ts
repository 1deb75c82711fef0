import { memoryDb } from '../support/mongo-memory/db.ts';
import { memoryReads } from '../support/mongo-memory/reads.ts';
import { readStoreContract } from './read-store.ts';

// The adapter without a server; what servers do to it is in `read-store.mongodb.server.spec.ts`.
readStoreContract('MongoDB, its database in memory', () => Promise.resolve(memoryReads()));
readStoreContract('MongoDB, its database in memory, which stops at duplicates', () =>
  Promise.resolve(memoryReads(memoryDb('stops'), { size: 2 })),
);
