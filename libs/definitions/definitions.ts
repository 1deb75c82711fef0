import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../projecting/context.ts';
import type { Projection } from '../projecting/define.ts';
import { createFolder, type Folder } from '../projecting/fold.ts';
import type { Projecting } from '../projecting/port.ts';
import { createBridge, type Bridge } from './bridge.ts';
import { createRemoteFolder } from './folder.ts';
import { api, definitionsFolder, readRegistry, registryStamp, type Registered } from './registry.ts';
import { stubOf } from './stub.ts';

/** The projections that users have added to a workspace, as they are now. */
export interface Definitions {
  readonly registered: () => readonly Registered[];
  readonly projections: () => readonly Projection[];
  /** How a projection is folded, whoever brought it. */
  readonly folderOf: (projection: Projection, context: Context) => Folder;
  readonly bridge: Bridge;
  /** Calls back after the registry was changed, by whomever, until it is closed. */
  readonly watch: (changed: (removed: readonly string[]) => Promise<void>) => void;
  readonly close: () => Promise<void>;
}

export interface DefinitionsOptions {
  readonly dataDir: string;
  readonly log?: Projecting['log'];
  /** One that is tried before it is registered: it stands in for the registered one of its name, and may not fail. */
  readonly candidate?: Registered | undefined;
}

const look = 500;

/** @throws Error when the registry is damaged */
export const openDefinitions = ({
  dataDir,
  log = () => undefined,
  candidate,
}: DefinitionsOptions): Definitions => {
  const bridge = createBridge();
  const made = new Map<string, Projection>();
  const of = new Map<Projection, Registered>();
  let stamp = registryStamp(dataDir);
  let timer: NodeJS.Timeout | undefined;
  let busy: Promise<void> | undefined;

  const entryOf = ({ folder, entry }: Registered): string => join(definitionsFolder(dataDir), folder, entry);

  const usable = (one: Registered): boolean => {
    const why =
      one.api !== api
        ? 'was made for another Leadfold'
        : existsSync(entryOf(one))
          ? null
          : 'has lost its files';
    if (why !== null)
      log('warn', `a projection ${why}; add it again`, { projection: one.name, file: one.from });
    return why === null;
  };

  const read = (): readonly Registered[] => {
    const found = readRegistry(dataDir).filter(({ name }) => name !== candidate?.name);
    return [...found, ...(candidate === undefined ? [] : [candidate])].filter(usable);
  };

  const projectionFor = (one: Registered): Projection => {
    const key = keyOf(one);
    const projection = made.get(key) ?? stubOf(one, one.hash);
    made.set(key, projection);
    of.set(projection, one);
    return projection;
  };

  let current = read();
  let projections = current.map(projectionFor);

  const refresh = async (changed: (removed: readonly string[]) => Promise<void>): Promise<void> => {
    const now = registryStamp(dataDir);
    if (now === stamp) return;
    stamp = now;
    const before = current;
    current = read();
    projections = current.map(projectionFor);
    const gone = before.filter(({ name }) => !current.some(one => one.name === name));
    await changed(gone.map(({ name }) => name)).catch((error: unknown) => {
      stamp = '';
      throw error;
    });
    const kept = new Set(current.map(keyOf));
    for (const one of before) {
      if (kept.has(keyOf(one))) continue;
      const projection = made.get(keyOf(one));
      made.delete(keyOf(one));
      if (projection !== undefined) of.delete(projection);
      await bridge.ask({ key: keyOf(one), entry: entryOf(one), hello: null, line: null, within: 0 });
    }
  };

  return {
    bridge,
    registered: () => current,
    projections: () => projections,
    folderOf: (projection, context) => {
      const one = of.get(projection);
      if (one === undefined) return createFolder(projection, context);
      const place = {
        bridge,
        key: keyOf(one),
        entry: entryOf(one),
        file: one.from,
        strict: one === candidate,
      };
      return createRemoteFolder(projection, context, place);
    },
    watch: changed => {
      timer ??= setInterval(() => {
        busy ??= refresh(changed)
          .catch((error: unknown) =>
            log('error', 'the definitions can\u2019t be read', { error: String(error) }),
          )
          .finally(() => (busy = undefined));
      }, look).unref();
    },
    close: async () => {
      clearInterval(timer);
      await busy;
      await bridge.close();
    },
  };
};

const keyOf = ({ name, hash }: Registered): string => `${name} ${hash}`;
