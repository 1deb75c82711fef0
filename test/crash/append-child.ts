import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { anEvent } from '../support/events.ts';

/** Appends to several streams at once for as long as it lives, and prints each acknowledgement when it has come. */
const [file = '', writers = '8', run = '0'] = process.argv.slice(2);
// Every other run commits in a thread.
const store = openSqliteEventStore({ file, commitThread: Number.parseInt(run, 10) % 2 === 1 });

const write = async (writer: number): Promise<never> => {
  for (let n = 0; ; n++) {
    const stream = `lead-${writer % 5}`;
    const list = Array.from({ length: (n % 3) + 1 }, () =>
      anEvent({
        data: { run, writer, n, text: 'x'.repeat((n * 97) % 3_000), personal: { email: 'a@example.com' } },
      }),
    );
    const { revision, position } = await store.append(stream, list, 'ANY');
    const ids = list.map(event => event.id).join(',');
    process.stdout.write(`${stream} ${revision} ${position} ${ids}\n`);
  }
};

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));
