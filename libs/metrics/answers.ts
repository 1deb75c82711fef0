import type { ReadStore } from '../read-store/port.ts';
import type { Metric, MetricAnswer, MetricQuery } from './define.ts';
import { queryMetric, type MetricReads, type Querying } from './query.ts';

/** Answers a metric. @throws as `queryMetric` */
export type Answers = (metric: Metric, query: MetricQuery) => Promise<MetricAnswer>;

type Reads = MetricReads & Pick<ReadStore, 'checkpoint'>;

interface Kept {
  /** Generation and batch of the read model when the answer was begun. */
  readonly state: string;
  readonly answer: Promise<MetricAnswer>;
}

/** Rows of an answer that is worth its memory. */
const longest = 2_000;

/**
 * Answers as `queryMetric` does, and remembers what it answered for as long as the read model stays as it is: an answer is
 * a function of the read model and the question alone. Whoever asks the same meanwhile shares the work.
 *
 * @param most how many answers are remembered; those that were asked for longest ago go first
 * @example
 * const answers = createAnswers({ reads, context, scan: scanCells });
 * await answers(closeRate, { by: ['origin'], where: [], params: {} });
 */
export const createAnswers = <R extends Reads>(querying: Querying<R>, most = 200): Answers => {
  const kept = new Map<string, Kept>();
  return async (metric, query) => {
    const key = keyOf(metric, query);
    const state = await stateOf(querying.reads, metric);
    const known = kept.get(key);
    kept.delete(key);
    const one = known?.state === state ? known : { state, answer: queryMetric(querying, metric, query) };
    kept.set(key, one);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    const forget = (): void => {
      if (kept.get(key) === one) kept.delete(key);
    };
    try {
      const answer = await one.answer;
      if (one === known) return answer;
      if (answer.rows.length > longest || (await stateOf(querying.reads, metric)) !== state) forget();
      return answer;
    } catch (error) {
      forget();
      throw error;
    }
  };
};

const stateOf = async (reads: Reads, { projection: { name } }: Metric): Promise<string> => {
  const live = (await reads.generations(name)).find(({ status }) => status === 'live');
  return live === undefined ? 'none' : `${live.generation}/${(await reads.checkpoint(live)).batch}`;
};

const keyOf = ({ name }: Metric, { from, to, grain, by, where, params }: MetricQuery): string =>
  JSON.stringify([
    name,
    from ?? null,
    to ?? null,
    grain ?? null,
    by,
    where.map(({ dimension, value }) => [dimension, value]),
    Object.entries(params).sort(),
  ]);
