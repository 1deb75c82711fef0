import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';

// Opens a log at a moment that several processes have agreed on.
const [file = '', moment = '0'] = process.argv.slice(2);
while (Date.now() < Number(moment));
try {
  await openSqliteEventStore({ file }).close();
  process.stdout.write('opened\n');
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
