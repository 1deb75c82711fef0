import { afterAll, describe, it } from '@jest/globals';
import { esdbForTests, esdbSubject } from '../support/esdb-events.ts';
import { sqliteSubject } from '../support/sqlite-events.ts';
import { behavesAsList } from './event-store.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 200);
/** Runs over a socket take longer, and one run holds many commands. */
const runsRemote = Number(process.env.PROPERTY_RUNS ?? 40);

const esdb = await esdbForTests();
afterAll(() => esdb.stop());

describe('the SQLite event store', () => {
  it(
    'behaves as a plain list of events does, whatever is done to it',
    () => behavesAsList(() => Promise.resolve(sqliteSubject()), runs, true),
    120_000,
  );
});

describe(`the event store on ${esdb.name}`, () => {
  it(
    'behaves as a plain list of events does, whatever is done to it',
    () => behavesAsList(() => esdbSubject(esdb.url), runsRemote, false),
    300_000,
  );

  it(
    'does so too when it remembers next to nothing of its streams',
    () => behavesAsList(() => esdbSubject(esdb.url, { remembered: 3 }), runsRemote, false),
    300_000,
  );
});
