import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { upcast } from '../libs/domain/upcast.ts';
import { openSqliteEventStore } from '../libs/event-store/sqlite/index.ts';
import { createCalendar } from '../libs/projecting/calendar.ts';
import { createProjector } from '../libs/projecting/projector.ts';
import { defaultWorkspace } from '../libs/projecting/workspace.ts';
import { openSqliteReadStore } from '../libs/read-store/sqlite/index.ts';
import { leadFunnel } from '../projections/lead-funnel/lead-funnel.projection.ts';
import { bareCatchUp } from './bare-fold.ts';
import { benchFolder } from './bare-log.ts';
import { writeHistory } from './history.ts';
import type { Benchmark } from './port.ts';
import { compare } from './rounds.ts';

const context = { calendar: createCalendar('UTC'), workspace: defaultWorkspace, params: {} };

/** Builds the funnel's read model from nothing, as a first start does. */
const catchUp = async (logFile: string, dir: string): Promise<number> => {
  const events = openSqliteEventStore({ file: logFile });
  const reads = openSqliteReadStore({ dir });
  const projector = createProjector({
    events,
    reads,
    projections: [leadFunnel],
    context,
    clock: Date.now,
    upcast,
  });
  await projector.catchUp();
  const [status] = await projector.status();
  await reads.close();
  await events.close();
  return status?.position ?? 0;
};

export const benchmark: Benchmark = {
  name: 'catch-up',
  description:
    "catch-up of lead-funnel, states and cells, against a bare loop that folds the same log's states into a Map and stores them",
  run: async options => {
    const folder = benchFolder();
    const log = join(folder.path, 'events.db');
    const count = options.quick === true ? 10_000 : 1_000_000;
    try {
      const leads = writeHistory(log, count);
      options.log(`catch-up: ${count} events of ${leads} leads are written`);
      const fresh = (name: string): string => {
        const path = join(folder.path, name);
        rmSync(path, { recursive: true, force: true });
        for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true });
        return path;
      };
      return [
        await compare(
          {
            name: 'catch-up',
            unit: 'events/s',
            rounds: options.quick === true ? 1 : 5,
            wanted: 0.6,
            ours: () => catchUp(log, fresh('read')),
            bare: () => bareCatchUp(log, fresh('bare.db')),
          },
          options,
        ),
      ];
    } finally {
      folder.remove();
    }
  },
};
