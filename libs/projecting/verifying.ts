import { setImmediate } from 'node:timers/promises';
import type { CellDelta, Entity, EntityId, Generation } from '../read-store/port.ts';
import { asJson, canonical } from './canonical.ts';
import { compareRows, expectedRows, wholeQueries } from './compare-cells.ts';
import { foldedState } from './entity-events.ts';
import type { Standing } from './fold.ts';
import { createMemoryFold, type MemoryFold } from './memory-fold.ts';
import type { Difference, Projector, Run } from './port.ts';
import { visitEntities } from './scan.ts';
import { isCurrent, type Subject, type Surroundings } from './surroundings.ts';

/** Differences that are listed at most. */
const listed = 1_000;
const tries = 50;

/** A live read model beside what it should be. */
interface Check {
  readonly subject: Subject;
  readonly generation: Generation;
  readonly fold: MemoryFold;
}

/**
 * Compares live read models with a fold of the whole log. They may go on meanwhile: what seems to differ is folded on and
 * looked at again. A live generation of another definition is left out, for its code is gone.
 */
export const createVerifying = (
  around: Surroundings,
  prepare: () => Promise<void>,
): Pick<Projector, 'verify'> => {
  const { reads, read, events, log } = around;

  const checksOf = async (): Promise<readonly Check[]> => {
    const checks: Check[] = [];
    for (const subject of around.subjects) {
      const live = (await reads.generations(subject.name)).find(({ status }) => status === 'live');
      if (live !== undefined && isCurrent(subject, live))
        checks.push({ subject, generation: live, fold: createMemoryFold(subject) });
    }
    return checks;
  };

  /** Reads the log once, up to where the first of them is. */
  const foldAll = async (checks: readonly Check[], { signal, onProgress }: Run): Promise<void> => {
    const positions = await Promise.all(
      checks.map(async each => (await reads.checkpoint(each.generation)).position),
    );
    const end = Math.min(...positions);
    const began = performance.now();
    let count = 0;
    for (let at = 0; checks.length > 0 && at < end;) {
      const page = await read(at, end);
      if (page.count === 0) break;
      for (const { fold } of checks) fold.take(page);
      at = page.end;
      count += page.count;
      const rate = Math.round((count * 1_000) / Math.max(1, performance.now() - began));
      onProgress?.({ name: 'verify', position: at, head: end, rate });
      await setImmediate();
      signal?.throwIfAborted();
    }
  };

  const foldTo = async (fold: MemoryFold, to: number): Promise<void> => {
    while (fold.position() < to) {
      const page = await read(fold.position(), to);
      if (page.count === 0) return;
      fold.take(page);
      // The last step goes without a pause, so that the store is asked before others write again.
      if (fold.position() < to) await setImmediate();
    }
  };

  /** Asks the store until its answer and the fold are at the same position. */
  const abreast = async <T>(
    { fold, generation }: Check,
    ask: () => Promise<{ readonly position: number; readonly value: T | null }>,
  ): Promise<T> => {
    for (let attempt = 1; attempt <= tries; attempt++) {
      const { position, value } = await ask();
      if (position === fold.position() && value !== null) return value;
      await foldTo(fold, position);
    }
    throw new Error(`${generation.name} went on faster than it could be verified; try again`);
  };

  const suspects = async (
    { fold, generation }: Check,
    signal?: AbortSignal,
  ): Promise<readonly EntityId[]> => {
    const found: EntityId[] = [];
    const seen = new Set<EntityId>();
    const visit = (entity: Entity): void => {
      seen.add(entity.id);
      if (!isSame(entity, fold.standings.get(entity.id))) found.push(entity.id);
    };
    await visitEntities(reads, generation, visit, { signal, tolerant: true });
    for (const id of fold.standings.keys()) if (!seen.has(id)) found.push(id);
    return found;
  };

  const compareStates = async (check: Check, signal?: AbortSignal): Promise<readonly Difference[]> => {
    const { fold, generation, subject } = check;
    const ids = await suspects(check, signal);
    const stored = await abreast(check, async () => {
      const before = await reads.checkpoint(generation);
      const value = await reads.load(generation, ids);
      const after = await reads.checkpoint(generation);
      return { position: after.position, value: before.batch === after.batch ? value : null };
    });
    return ids.flatMap((id): readonly Difference[] => {
      const [entity, standing] = [stored.get(id), fold.standings.get(id)];
      if (entity !== undefined && isSame(entity, standing)) return [];
      const folded = foldedState(subject, standing);
      if (standing === undefined && canonical(entity?.state) === canonical(folded)) return [];
      return [
        {
          projection: generation.name,
          what: 'state',
          key: id,
          stored: asJson(entity && { state: entity.state, due: entity.due }),
          folded: asJson(standing && { state: folded, due: standing.due }),
        },
      ];
    });
  };

  const compareFindings = async (check: Check): Promise<readonly Difference[]> => {
    const stored = await abreast(check, () => reads.findings(check.generation));
    const left = new Map(stored.map(({ id, quality }) => [id, quality]));
    const right = new Map(
      [...check.fold.standings].flatMap(([id, { quality }]) => (quality.length > 0 ? [[id, quality]] : [])),
    );
    const keys = new Set([...left.keys(), ...right.keys()]);
    return [...keys].flatMap((key): readonly Difference[] => {
      const [has, should] = [asJson(left.get(key)), asJson(right.get(key))];
      if (canonical(has) === canonical(should)) return [];
      return [{ projection: check.generation.name, what: 'finding', key, stored: has, folded: should }];
    });
  };

  const compareCells = async (check: Check): Promise<readonly Difference[]> => {
    const { generation, subject, fold } = check;
    const differences: Difference[] = [];
    let counted: { readonly at: number; readonly cells: readonly CellDelta[] } | undefined;
    for (const query of wholeQueries(subject.schema)) {
      const rows = await abreast(check, () => reads.cells(generation, query));
      if (counted?.at !== fold.position()) counted = { at: fold.position(), cells: fold.cells() };
      for (const { by, left, right } of compareRows(rows, expectedRows(subject.schema, query, counted.cells)))
        differences.push({
          projection: generation.name,
          what: 'cell',
          key: canonical(by),
          stored: left,
          folded: right,
        });
    }
    return differences;
  };

  return {
    verify: async (run = {}) => {
      await prepare();
      const checks = await checksOf();
      await foldAll(checks, run);
      const differences: Difference[] = [];
      for (const check of checks) {
        await foldTo(
          check.fold,
          Math.min(await events.head(), (await reads.checkpoint(check.generation)).position),
        );
        differences.push(
          ...(await compareStates(check, run.signal)),
          ...(await compareCells(check)),
          ...(await compareFindings(check)),
        );
      }
      if (differences.length > listed)
        log('warn', 'there are more differences than are listed', { count: differences.length, listed });
      return differences.slice(0, listed);
    },
  };
};

const isSame = (entity: Entity, standing: Standing | undefined): boolean =>
  standing !== undefined &&
  entity.due === standing.due &&
  (JSON.stringify(entity.state) === JSON.stringify(standing.state) ||
    canonical(entity.state) === canonical(standing.state));
