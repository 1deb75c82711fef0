import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewEvent } from '../domain/event.ts';
import { openSqliteEventStore } from '../event-store/sqlite/index.ts';
import { openSqliteReadStore } from '../read-store/sqlite/index.ts';
import { defineProjection, leadOf } from './define.ts';
import { createProjector } from './projector.ts';
import { testContext } from './testing.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'leadfold-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const clicks = defineProjection({
  name: 'clicks',
  version: 1,
  entity: { LinkClicked: leadOf },
  initialState: () => ({ clicks: 0 }),
  evolve: state => ({ clicks: state.clicks + 1 }),
  dimensions: { clicks: 'integer' },
  measures: ['leads'],
  contributes: state => [{ cell: { clicks: state.clicks }, add: { leads: 1 } }],
});

const click = (id: number, leadId: string): NewEvent => ({
  id: `00000000-0000-7000-8000-${String(id).padStart(12, '0')}`,
  type: 'LinkClicked',
  version: 1,
  occurredAt: id * 1000,
  data: { leadId, touchpointId: String(id) },
  metadata: { leadId },
});

describe('projector', () => {
  it('catches up', async () => {
    const events = openSqliteEventStore({ file: join(dir, 'events.sqlite') });
    const reads = openSqliteReadStore({ dir: join(dir, 'read') });
    const projector = createProjector({
      events,
      reads,
      projections: [clicks],
      context: testContext(),
      clock: Date.now,
      batchSize: 3,
    });
    for (let i = 0; i < 10; i++) await events.append(`lead-${i % 4}`, [click(i, String(i % 4))], 'ANY');
    await projector.catchUp();
    const live = (await reads.generations('clicks'))[0]!;
    expect(
      await reads.cells(live, { measures: ['leads'], by: [{ dimension: 'clicks' }], where: {} }),
    ).toEqual({
      position: 10,
      value: [
        { by: { clicks: 2 }, sums: { leads: 2 } },
        { by: { clicks: 3 }, sums: { leads: 2 } },
      ],
    });
    await reads.close();
    await events.close();
  });
});
