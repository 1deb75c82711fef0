import type { Candidate } from '../../../libs/definitions/index.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { ParkedEvent } from '../../../libs/read-store/port.ts';
import { placesOf } from '../log-places.ts';
import { progress } from '../output/progress.ts';
import { count } from '../output/values.ts';
import type { Terminal } from '../terminal.ts';

type Live = Awaited<ReturnType<Engine['reads']['generations']>>[number];

/** The generation that is read. */
export const liveOf = async ({ reads }: Engine, name: string): Promise<Live | undefined> =>
  (await reads.generations(name)).find(({ status }) => status === 'live');

/** Whether it is registered as it is, and its read model is made by it. */
export const isThere = async (engine: Engine, { definition, before }: Candidate): Promise<boolean> => {
  if (before?.hash !== definition.hash) return false;
  const { isMadeBy } = await import('../../../libs/projecting/fingerprint.ts');
  const live = await liveOf(engine, definition.name);
  const projection = engine.projections.find(({ name }) => name === definition.name);
  return live !== undefined && projection !== undefined && isMadeBy(projection, engine.context, live);
};

/** Whether it is registered or held. */
export const isKept = async (
  { settings: { dataDir } }: Engine,
  { definition }: Candidate,
): Promise<boolean> => {
  const { readHeld, readRegistry } = await import('../../../libs/definitions/index.ts');
  return [...readRegistry(dataDir), ...readHeld(dataDir)].some(
    ({ name, hash }) => name === definition.name && hash === definition.hash,
  );
};

/** Drops all generations of a name. */
export const dropAll = async ({ reads }: Engine, name: string): Promise<void> => {
  for (const generation of await reads.generations(name)) await reads.drop(generation);
};

/**
 * Folds the whole log by the candidate; where that succeeds it is registered and its read model is live. Where it fails at
 * events that the one before folds, it is held instead, and they are answered.
 */
export const build = async (
  terminal: Terminal,
  engine: Engine,
  candidate: Candidate,
): Promise<readonly ParkedEvent[]> => {
  const { holdProjection, registerProjection } = await import('../../../libs/definitions/index.ts');
  const { name } = candidate.definition;
  const shown = progress(terminal, `building ${name}`, placesOf(engine, 'events'));
  await engine.projector
    .rebuild(name, {
      hold: true,
      signal: terminal.signal,
      onProgress: ({ position, head, rate }) => shown.update(position, head, `${count(rate)} events/s`),
    })
    .finally(() => shown.end());
  terminal.signal.throwIfAborted();
  const held = (await engine.reads.generations(name)).filter(({ status }) => status === 'held').at(-1);
  const worse = held === undefined || candidate.before === null ? [] : await failsAnew(engine, held);
  if (worse.length > 0) {
    holdProjection(engine.settings.dataDir, candidate);
    return worse;
  }
  // Registered first: a server that knows the old one would replace what it didn't make.
  registerProjection(engine.settings.dataDir, candidate);
  if (held !== undefined) await engine.reads.promote(held);
  return [];
};

/** Events that fail, and neither failed nor waited in the live read model. */
const failsAnew = async (engine: Engine, held: Live): Promise<readonly ParkedEvent[]> => {
  const live = await liveOf(engine, held.name);
  if (live === undefined) return [];
  const before = new Set((await engine.reads.parked(live)).map(({ eventId }) => eventId));
  return (await engine.reads.parked(held)).filter(
    ({ error, eventId }) => error !== null && !before.has(eventId),
  );
};
