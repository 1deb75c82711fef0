import { metrics, projections, reminders } from '../../projections/index.ts';
import type { Clock, NewId } from '../domain/event.ts';
import { openDefinitions, type Registered } from '../definitions/index.ts';
import { upcast } from '../domain/upcast.ts';
import type { EventStore } from '../event-store/port.ts';
import { upcasting } from '../event-store/upcasting.ts';
import { createEventFunnels } from '../event-funnel/index.ts';
import { createCommands } from '../handling/index.ts';
import { createKeyedHash } from '../handling/keyed-hash.ts';
import { createImportContext } from '../importing/index.ts';
import { createAnswers, InvalidQuery } from '../metrics/index.ts';
import {
  createCalendar,
  createProjector,
  scanCells,
  type Projecting,
  type Projection,
} from '../projecting/index.ts';
import { createScheduler } from '../scheduling/index.ts';
import type { ReadStore } from '../read-store/port.ts';
import { collectSooner } from './heap.ts';
import { makeDataFolder } from './data-files.ts';
import { createEntries } from './entries.ts';
import { openLifecycle } from './lifecycle.ts';
import { createNewId } from './new-id.ts';
import { openEvents } from './open-events.ts';
import { openReads } from './open-reads.ts';
import { projectingElsewhere } from './projecting-elsewhere.ts';
import type { Engine } from './port.ts';
import { folderSecret } from './secret.ts';
import type { Settings } from './settings.ts';

/** Names of the projections that are shipped. */
export const shippedProjections: readonly string[] = projections.map(({ name }) => name);

export interface EngineOptions {
  readonly clock?: Clock;
  readonly newId?: NewId;
  readonly log?: Projecting['log'];
  /** A user's projection that is tried before it is registered. */
  readonly candidate?: Registered;
  /**
   * For a server, by the real clock: appends are committed, and read models kept, in threads of their own, so that neither
   * holds up an answer.
   */
  readonly threads?: boolean;
  /**
   * How long a read store on a server may take for a question, ms; as long as somebody who asks over HTTP waits, where it is
   * left out.
   */
  readonly readsWithin?: number;
}

/** `readsWithin` where nobody waits for a single question: in a command of the command line. */
export const patient = 60_000;

/**
 * Opens a workspace: its log, its read models and everything that works on them. The data folder is made where it is
 * missing. Nothing runs yet; several processes may have the same folder open.
 *
 * @example
 * const engine = await openEngine(parseSettings(process.env));
 * await engine.projector.catchUp();
 * const answer = await engine.query('funnel', { by: ['origin'], where: [], params: {} });
 * await engine.close();
 * @throws StoreUnavailable, or the file system's error, when the folder can't be used; whatever was opened is closed again
 */
export const openEngine = async (settings: Settings, options: EngineOptions = {}): Promise<Engine> => {
  const { clock = Date.now, newId = createNewId(), log, candidate, threads = false } = options;
  collectSooner();
  makeDataFolder(settings.dataDir);
  const secret = settings.secret ?? folderSecret(settings.dataDir);
  const context = { calendar: createCalendar(settings.timeZone), workspace: settings.workspace, params: {} };
  const { events, reads } = await openStores(settings, clock, options);
  const definitions = await orClose([events, reads], () =>
    openDefinitions({ dataDir: settings.dataDir, candidate, ...(log ? { log } : {}) }),
  );
  const all = (): readonly Projection[] => [...projections, ...definitions.projections()];
  const inProcess = createProjector({
    events,
    reads,
    projections: all(),
    folderOf: definitions.folderOf,
    context,
    clock,
    upcast,
    ...(log ? { log } : {}),
  });
  const projector = threads ? projectingElsewhere(inProcess, settings, log ?? (() => undefined)) : inProcess;
  const scheduler = createScheduler({ events, reads, reminders, context, clock, ...(log ? { log } : {}) });
  const lifecycle = await openLifecycle({ settings, events, clock, newId, secret, ...(log ? { log } : {}) });
  definitions.watch(async removed => {
    await projector.setProjections(all());
    // One that this process had begun before it knew is nobody's now.
    for (const name of removed) for (const each of await reads.generations(name)) await reads.drop(each);
  });
  const stages = settings.workspace.stages.map(({ name }) => name);
  const answers = createAnswers({ reads, context, scan: scanCells });
  return {
    settings,
    events,
    reads,
    get projections() {
      return all();
    },
    definitions,
    metrics,
    context,
    clock,
    newId,
    commands: createCommands({ events: upcasting(events, upcast), clock, newId, secret, stages }),
    importing: {
      events,
      context: createImportContext(settings.timeZone),
      clock,
      newId,
      hash: createKeyedHash(secret),
    },
    projector,
    scheduler,
    lifecycle,
    query: async (name, query) => {
      const metric = metrics.find(each => each.name === name);
      if (metric === undefined)
        throw new InvalidQuery(
          'metric',
          `there is no metric "${name}"`,
          metrics.map(each => each.name),
        );
      return answers(metric, query);
    },
    eventFunnel: createEventFunnels({
      events: upcasting(events, upcast),
      calendar: context.calendar,
      entries: createEntries(reads),
    }),
    close: async () => {
      await lifecycle.close();
      await scheduler.stop();
      await projector.stop();
      await definitions.close();
      await events.close();
      await reads.close();
    },
  };
};

const openStores = async (
  settings: Settings,
  clock: Clock,
  { threads = false, readsWithin }: EngineOptions,
): Promise<{ readonly events: EventStore; readonly reads: ReadStore }> => {
  const events = await openEvents(settings, clock, { commitThread: threads });
  const reads = await orClose([events], () =>
    openReads(settings, readsWithin === undefined ? {} : { within: readsWithin }),
  );
  return { events, reads };
};

/** Opens what comes next; where that fails, lets go of what is open already. */
const orClose = async <T>(
  opened: readonly { readonly close: () => Promise<void> }[],
  open: () => T | Promise<T>,
): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    for (const each of opened) await each.close();
    throw error;
  }
};
