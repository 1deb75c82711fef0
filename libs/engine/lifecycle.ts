import type { EventStore } from '../event-store/port.ts';
import {
  createFeed,
  createMapping,
  createReadOn,
  createRelay,
  createStreams,
  type CheckpointStore,
  type RelayPart,
  type Streams,
  type ToLifecycle,
} from '../lifecycle/index.ts';
import { openSqliteCheckpoints } from '../lifecycle/checkpoints/sqlite.ts';
import type { Clock, NewId } from '../domain/event.ts';
import { relayFile } from './data-files.ts';
import type { Settings } from './settings.ts';

/** Lifecycle events, and the ways to other systems. */
export interface Lifecycle {
  readonly toLifecycle: ToLifecycle;
  readonly checkpoints: CheckpointStore;
  /** Server-sent events; a server with the role `api` opens streams. */
  readonly streams: Streams;
  /** A server with the role `relay` starts it. */
  readonly relay: RelayPart;
  close(): Promise<void>;
}

export interface LifecycleOptions {
  readonly settings: Settings;
  readonly events: EventStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log?: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

export const openLifecycle = async (options: LifecycleOptions): Promise<Lifecycle> => {
  const { settings, events, clock, log } = options;
  const toLifecycle = createMapping(settings.lifecycle);
  const checkpoints = openedLate(() => openSqliteCheckpoints({ file: relayFile(settings), clock }));
  const feed = createFeed({ events, toLifecycle, ...(log ? { log } : {}) });
  const streams = createStreams({ feed, readOn: createReadOn(events, toLifecycle), ...(log ? { log } : {}) });
  const relay = createRelay(await kafkaPart(options, checkpoints));
  return {
    toLifecycle,
    checkpoints,
    streams,
    relay,
    close: async () => {
      await streams.close();
      await relay.stop();
      await feed.stop();
      await checkpoints.close();
    },
  };
};

/** Loaded where it is needed, because most commands and roles need none of it. */
const kafkaPart = async (
  { settings, events, newId, log }: LifecycleOptions,
  checkpoints: CheckpointStore,
): Promise<readonly RelayPart[]> => {
  if (settings.kafka === null || !settings.roles.has('relay')) return [];
  const { createKafkaRelay } = await import('../lifecycle/kafka/index.ts');
  const rules = settings.lifecycle;
  const kafka = createKafkaRelay({
    ...settings.kafka,
    events,
    checkpoints,
    rules,
    owner: newId(),
    ...(log ? { log } : {}),
  });
  return [{ ...kafka, status: () => [kafka.status()] }];
};

/** Opened when it is first needed, because most commands and roles need none. */
const openedLate = (open: () => CheckpointStore): CheckpointStore => {
  let opened: CheckpointStore | undefined;
  const store = (): CheckpointStore => (opened ??= open());
  return {
    load: async name => store().load(name),
    save: async (name, position) => store().save(name, position),
    hold: async (name, owner, ms) => store().hold(name, owner, ms),
    release: async (name, owner) => store().release(name, owner),
    close: async () => opened?.close(),
  };
};
