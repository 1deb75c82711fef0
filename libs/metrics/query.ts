import type { Context } from '../projecting/context.ts';
import type { Projection } from '../projecting/define.ts';
import { UnknownProjection } from '../read-store/errors.ts';
import type {
  At,
  CellQuery,
  CellRow,
  DimensionValue,
  Entity,
  Generation,
  ProjectionId,
  QualityFinding,
  ReadStore,
} from '../read-store/port.ts';
import type { Metric, MetricAnswer, MetricFrame, MetricQuery } from './define.ts';
import { summarize } from './findings.ts';
import { endingAt, framed, noFrame, type Framing } from './framing.ts';
import { lastDay } from './last-day.ts';
import { readQuestion, width, type Asked, type Question } from './question.ts';

/** What queries read of a read store. */
export type MetricReads = Pick<ReadStore, 'generations' | 'cells' | 'findings'>;

/** Answers a cell query from entities' states, in another context than the one that the cells were kept in. */
export type Scan<Reads = ReadStore> = (
  reads: Reads,
  id: ProjectionId,
  projection: Projection,
  query: CellQuery,
  context: Context,
) => Promise<At<readonly CellRow[]>>;

/** What queries are answered from. */
export interface Querying<Reads extends MetricReads = ReadStore> {
  readonly reads: Reads;
  readonly context: Context;
  readonly scan: Scan<Reads>;
}

/**
 * Answers a metric from the live read model. All numbers are of the answer's position.
 *
 * Whole days and kept dimensions come from the cells; a period that begins or ends within a day, and any
 * parameter of the metric, from the entities' states: as exact, but slower.
 *
 * @example
 * await queryMetric(querying, closeRate, { from: '2018-01-01', by: ['origin'], where: [], params: {} });
 * @throws InvalidQuery; UnknownProjection while the read model is not there yet
 */
export const queryMetric = async <Reads extends MetricReads>(
  querying: Querying<Reads>,
  metric: Metric,
  query: MetricQuery,
): Promise<MetricAnswer> => {
  const question = readQuestion(metric, query, querying.context);
  const { cells, entities, frame } = await read(querying, metric, question);
  const answering = question.scan ?? { ...querying.context, params: query.params };
  const qualityOf = question.scan
    ? ({ state }: Entity): readonly QualityFinding[] => metric.projection.quality(state, answering)
    : ({ quality }: Entity): readonly QualityFinding[] => quality;
  return {
    metric: metric.name,
    version: metric.version,
    position: cells.position,
    range: { from: query.from ?? null, to: query.to ?? null },
    definitions: metric.definitions,
    rows: grouped(question.asked, cells.value).flatMap(group =>
      metric.rows(group.cells, answering, frame).map(row => Object.assign({ by: group.by }, row)),
    ),
    quality: summarize(entities, qualityOf, question.cells, metric.projection.dimensions),
  };
};

interface Reading {
  readonly cells: At<readonly CellRow[]>;
  readonly entities: readonly Entity[];
  readonly frame: MetricFrame;
}

const attempts = 10;

/** Cells and findings are read one after the other; both again when a commit or a swap came between. */
const read = async <Reads extends MetricReads>(
  querying: Querying<Reads>,
  metric: Metric,
  question: Question,
): Promise<Reading> => {
  const { reads, scan } = querying;
  for (let attempt = 1; ; attempt++) {
    const live = await liveOf(reads, metric, question);
    try {
      const last = await lastDay(reads, live, metric);
      const framing = question.framing && endingAt(question.framing, last?.value ?? null);
      const query = framing
        ? { ...question.cells, ...(framing.range && { range: framing.range }) }
        : question.cells;
      const cells = question.scan
        ? await scan(reads, live, metric.projection, query, question.scan)
        : await reads.cells(live, query);
      const findings = await reads.findings(live);
      const steady =
        findings.position === cells.position && (last?.position ?? cells.position) === cells.position;
      if (steady || attempt === attempts)
        return { entities: findings.value, ...inFrame(framing, cells, last, question.asked) };
    } catch (error) {
      if (!(error instanceof UnknownProjection) || attempt === attempts) throw error;
    }
  }
};

const inFrame = (
  framing: Framing | null,
  { position, value }: At<readonly CellRow[]>,
  last: At<string | null> | null,
  asked: readonly Asked[],
): Omit<Reading, 'entities'> => {
  if (framing === null) return { cells: { position, value }, frame: noFrame };
  const { frame, cells } = framed(framing, value, last?.value ?? null, asked.length > 0);
  return { cells: { position, value: cells }, frame };
};

/** The live generation, if it can answer: while a changed definition is rebuilt, the old one may lack what is asked. */
const liveOf = async (reads: MetricReads, metric: Metric, question: Question): Promise<Generation> => {
  const { name, version } = metric.projection;
  const live = (await reads.generations(name)).find(({ status }) => status === 'live');
  if (live === undefined) throw new UnknownProjection({ name, generation: 0 });
  const { dimensions, measures } = live.schema;
  const { cells, scan } = question;
  const wanted = [
    cells.by.map(({ dimension }) => dimension),
    Object.keys(cells.where),
    metric.cells.on,
  ].flat();
  const answers =
    wanted.every(dimension => Object.hasOwn(dimensions, dimension)) &&
    cells.measures.every(measure => measures.includes(measure)) &&
    (scan === null || live.version === version);
  if (!answers) throw new UnknownProjection(live);
  return live;
};

interface Group {
  readonly by: Readonly<Record<string, DimensionValue>>;
  readonly cells: readonly CellRow[];
}

/** Rows by the asked dimensions, in the store's order; the total is always there. */
const grouped = (asked: readonly Asked[], rows: readonly CellRow[]): readonly Group[] => {
  if (asked.length === 0) return [{ by: {}, cells: rows }];
  const groups = new Map<string, { by: Group['by']; cells: CellRow[] }>();
  for (const row of rows) {
    const values = asked.map(one => valueOf(one, row));
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group) group.cells.push(row);
    else {
      const by = Object.fromEntries(asked.map(({ name }, at) => [name, values[at] ?? null]));
      groups.set(key, { by, cells: [row] });
    }
  }
  return [...groups.values()];
};

const valueOf = ({ dimension, grain }: Asked, { by }: CellRow): DimensionValue => {
  const value = by[dimension] ?? null;
  return grain !== null && typeof value === 'string' ? value.slice(0, width[grain]) : value;
};
