import { join } from 'node:path';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { createProjector } from '../../libs/projecting/projector.ts';
import { recorded, testContext } from '../../libs/projecting/testing.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import { createScheduler } from '../../libs/scheduling/index.ts';
import { projections, reminders } from '../../projections/index.ts';
import { seeded } from '../support/child.ts';

/** Appends history, projects it and tells what is due, for as long as it lives; prints a line per touchpoint. */
const [dir = '', run = '0', seed = '1'] = process.argv.slice(2);
const random = seeded(Number(seed));
const events = openSqliteEventStore({ file: join(dir, 'events.db') });
const reads = openSqliteReadStore({ dir: join(dir, 'read') });
const context = testContext();
createProjector({ events, reads, projections, context, clock: Date.now }).start();
createScheduler({ events, reads, reminders, context, clock: Date.now }).start();

for (let n = 1; ; n++) {
  const leadId = `l${Math.floor(random() * 40)}`;
  const at = Date.UTC(2024, 0, 1) + Math.floor(random() * 300 * 86_400_000);
  const order = random() < 0.2;
  const { stream, id, type, version, occurredAt, data, metadata } = recorded(
    {
      id: `00000000-0000-7${run.padStart(3, '0')}-8000-${String(n).padStart(12, '0')}`,
      occurredAt: at,
      ...(order
        ? {
            type: 'OrderPlaced',
            data: { leadId, orderId: `o${run}-${n}`, total: { amount: 100, currency: 'EUR' } },
          }
        : { type: 'MeetingHeld', data: { leadId, touchpointId: `t${run}-${n}` } }),
    },
    n,
  );
  await events.append(stream, [{ id, type, version, occurredAt, data, metadata }], 'ANY');
  process.stdout.write(`${n}\n`);
}
