import { mongoReads } from '../support/mongo-reads.ts';
import { readStoreContract } from './read-store.ts';

readStoreContract('MongoDB', () => Promise.resolve(mongoReads()));
