import { afterAll } from '@jest/globals';
import { esdbForTests, esdbSubject } from '../support/esdb-events.ts';
import { eventStoreContract } from './event-store.ts';

// Against the server that is given, with a disk that is waited for.
const server = await esdbForTests([]);
afterAll(() => server.stop());

eventStoreContract(server.name, () => esdbSubject(server.url));
