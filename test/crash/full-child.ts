import { StoreUnavailable } from '../../libs/event-store/errors.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { anEvent } from '../support/events.ts';

/** Appends until the file may not grow, tries a few times more, and says what it can read then. */
const [file = ''] = process.argv.slice(2);
const store = openSqliteEventStore({ file });
let refusals = 0;

for (let n = 0; refusals < 5; n++) {
  const event = anEvent({ data: { text: 'x'.repeat(2_000) } });
  try {
    await store.append(`lead-${n % 7}`, [event], 'ANY');
    console.log(`ok ${event.id}`);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    refusals++;
    console.log(`refused ${error.outcomeUnknown}: ${error.message}`);
  }
}
console.log(`read ${(await store.readAll(0, 100_000)).length}`);
