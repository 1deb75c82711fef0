import { join } from 'node:path';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { createProjector } from '../../libs/projecting/projector.ts';
import { recorded, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import { projections } from '../../projections/index.ts';
import { seeded } from '../support/child.ts';

/** Appends and projects for as long as it lives; it prints what the log has acknowledged. */
const [dir = '', run = '0', seed = '1'] = process.argv.slice(2);
const random = seeded(Number(seed));
const below = (bound: number): number => Math.floor(random() * bound);
const events = openSqliteEventStore({ file: join(dir, 'events.db') });
// Every other one commits in a thread.
const largeBatch = Number(run) % 2 === 0 ? { largeBatch: 0 } : {};
const reads = openSqliteReadStore({ dir: join(dir, 'read'), ...largeBatch });
const projector = createProjector({
  events,
  reads,
  projections,
  context: testContext(),
  clock: Date.now,
  batchSize: 1 + below(20),
});
projector.start();

const fact = (n: number): ShortEvent => {
  const leadId = `l${below(30)}`;
  const occurredAt = Date.UTC(2024, below(12), below(28), below(24));
  const opportunityId = `o${leadId}`;
  switch (below(6)) {
    case 0:
      return { type: 'LeadCaptured', data: { leadId, origin: `origin-${below(3)}` }, occurredAt };
    case 1:
      return {
        type: 'LeadStageChanged',
        data: { leadId, stage: below(2) === 0 ? 'mql' : 'sql' },
        occurredAt,
      };
    case 2:
      return {
        type: 'OpportunityOpened',
        data: { leadId, opportunityId, amount: { amount: below(100_000), currency: 'EUR' } },
        occurredAt,
      };
    case 3:
      return { type: 'OpportunityWon', data: { leadId, opportunityId }, occurredAt };
    default:
      return { type: 'PageViewed', data: { leadId, touchpointId: `t${run}-${n}` }, occurredAt };
  }
};

for (let n = 1; ; n++) {
  const id = `00000000-0000-7${run.padStart(3, '0')}-8000-${String(n).padStart(12, '0')}`;
  const { stream, type, version, occurredAt, data, metadata } = recorded({ ...fact(n), id }, n);
  const { position } = await events.append(
    stream,
    [{ id, type, version, occurredAt, data, metadata }],
    'ANY',
  );
  process.stdout.write(`${position} ${id}\n`);
  // Now and then a generation is built, so that death may come in the middle of that too.
  if (n % 25 === 0) void projector.rebuild('sales-cycle', { hold: below(2) === 0 }).catch(() => undefined);
}
