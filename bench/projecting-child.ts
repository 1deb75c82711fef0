import { openSqliteEventStore } from '../libs/event-store/sqlite/index.ts';
import { upcast } from '../libs/domain/upcast.ts';
import { collectSooner } from '../libs/engine/heap.ts';
import { createCalendar, createProjector, defaultWorkspace } from '../libs/projecting/index.ts';
import { openSqliteReadStore } from '../libs/read-store/sqlite/index.ts';
import { projections } from '../projections/index.ts';
import { bareScan } from './bare-fold.ts';

// Catches up in a process of its own, whose memory is measured: `projecting-child.js LOG (FOLDER|bare)`.
const [log = '', dir = ''] = process.argv.slice(2);

/** Builds all shipped read models from nothing, as a first start does. */
const catchUpAll = async (): Promise<number> => {
  const events = openSqliteEventStore({ file: log });
  const reads = openSqliteReadStore({ dir });
  const context = { calendar: createCalendar('UTC'), workspace: defaultWorkspace, params: {} };
  const projector = createProjector({ events, reads, projections, context, clock: Date.now, upcast });
  await projector.catchUp();
  const reached = (await projector.status()).map(({ position }) => position);
  // Lists make what indexes they lack: a read model is not there before they can be read.
  for (const generation of await reads.generations()) await reads.entities(generation, { limit: 1 });
  await reads.close();
  await events.close();
  return Math.min(...reached);
};

// As every process of the engine does.
collectSooner();
const start = performance.now();
const count = dir === 'bare' ? bareScan(log) : await catchUpAll();
const ms = performance.now() - start;
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ count, ms, peakMiB })}\n`);
