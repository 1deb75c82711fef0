import type { Catalogue } from './catalogue.ts';
import type { Gathering } from './gathering.ts';
import { ProjectionBehind, type ProjectionStatus, type Projector } from './port.ts';
import type { Runner } from './runner.ts';
import { subjectOf, type Surroundings } from './surroundings.ts';

type Watching = Pick<Projector, 'waitFor' | 'status'>;

const patience = 5_000;
/** How often to look whether another process has got further, ms. */
const look = 50;

/** Tells how far the read models are. */
export const createWatching = (
  around: Surroundings,
  catalogue: Catalogue,
  runner: Runner,
  gathering: Gathering,
): Watching => {
  const { reads, events, subjects } = around;

  const positionOf = async (name: string): Promise<number> => {
    const live = (await reads.generations(name)).find(({ status }) => status === 'live');
    return live === undefined ? 0 : (await reads.checkpoint(live)).position;
  };

  return {
    waitFor: async (name, position, timeoutMs = patience) => {
      subjectOf(around, name);
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const reached = await positionOf(name);
        if (reached >= position) return;
        const left = deadline - performance.now();
        if (left <= 0) throw new ProjectionBehind(name, position, reached);
        await gathering.waiting(() => runner.moved(Math.min(look, left)));
      }
    },
    status: async () => {
      const names = new Set(subjects.map(({ name }) => name));
      const head = await events.head();
      const list: ProjectionStatus[] = [];
      for (const generation of await reads.generations()) {
        const { name, version, status } = generation;
        if (!names.has(name)) continue;
        const { position } = await reads.checkpoint(generation);
        const lane = catalogue
          .lanes()
          .find(
            each => each.generation.name === name && each.generation.generation === generation.generation,
          );
        const lag = Math.max(0, head - position);
        const rate = lane?.meter.rate() ?? null;
        list.push({
          name,
          version,
          generation: generation.generation,
          status,
          position,
          head,
          lag,
          rate,
          etaSeconds: lag === 0 ? 0 : rate === null || rate === 0 ? null : lag / rate,
          parked: (await reads.parked(generation)).length,
        });
      }
      return list;
    },
  };
};
