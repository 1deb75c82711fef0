import { afterAll } from '@jest/globals';
import { esdbForTests, esdbSubject } from '../support/esdb-events.ts';
import { eventStoreContract } from './event-store.ts';

const server = await esdbForTests();
afterAll(() => server.stop());

eventStoreContract(server.name, () => esdbSubject(server.url));
