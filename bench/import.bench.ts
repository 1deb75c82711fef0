import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { v7 } from 'uuid';
import { openSqliteEventStore } from '../libs/event-store/sqlite/index.ts';
import { createKeyedHash } from '../libs/handling/keyed-hash.ts';
import {
  bulkAppend,
  createImportContext,
  defineImport,
  runImport,
  type ImportDeps,
  type StreamEvent,
} from '../libs/importing/index.ts';
import { benchFolder, openBareLog } from './bare-log.ts';
import type { Benchmark, BenchOptions, BenchResult } from './port.ts';
import { compare } from './rounds.ts';

/** Clicks in order of time: each lead has eight, far apart. */
const leads = 25_000;
const perCommit = 1_000;
const perWindow = 4_000;

interface Click {
  readonly lead: string;
  readonly click: string;
  readonly at: string;
  readonly campaign: string;
  readonly url: string;
}

const aClick = (n: number): Click => ({
  lead: `l${((n * 7_919) % leads).toString(36)}`,
  click: `c${n.toString(36)}`,
  at: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(),
  campaign: `campaign-${n % 12}`,
  url: `https://www.example.com/articles/${n % 300}`,
});

const clicks = defineImport({
  source: 'bench',
  description: 'Clicks of a newsletter',
  format: 'csv',
  files: [
    {
      name: 'clicks',
      columns: ['lead', 'click', 'at', 'campaign', 'url'],
      facts: ({ lead = '', click = '', at = '', campaign = '', url = '' }, { instant }) => [
        {
          type: 'LinkClicked',
          stream: `lead-${lead}`,
          occurredAt: instant(at, 'at'),
          data: { leadId: lead, touchpointId: click, campaign, channel: 'email', url },
        },
      ],
    },
  ],
});

const toFact = ({ lead, click, at, campaign, url }: Click, batchId: string): StreamEvent => ({
  stream: `lead-${lead}`,
  event: {
    id: v7(),
    type: 'LinkClicked',
    version: 1,
    occurredAt: Date.parse(at),
    data: { leadId: lead, touchpointId: click, campaign, channel: 'email', url },
    metadata: { actor: 'import:bench', source: 'bench', batchId, leadId: lead },
  },
});

/** The bare loop's rows, with the revisions that the log would find. */
const bareRows = (): ((facts: readonly StreamEvent[]) => readonly (StreamEvent & { revision: number })[]) => {
  const next = new Map<string, number>();
  return facts =>
    facts.map(fact => {
      const revision = next.get(fact.stream) ?? 0;
      next.set(fact.stream, revision + 1);
      return { ...fact, revision };
    });
};

const bulkPath = async (options: BenchOptions): Promise<BenchResult> => {
  const folder = benchFolder();
  const store = openSqliteEventStore({ file: join(folder.path, 'ours.db') });
  const { db } = openBareLog(join(folder.path, 'bare.db'));
  const append = bulkAppend(store);
  const insert = db.prepare(
    'INSERT INTO events (stream, revision, id, type, version, occurred_at, recorded_at, lead_id, data, personal, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const ready = bareRows();
  const size = options.quick === true ? 2_000 : 20_000;
  let facts: readonly StreamEvent[] = [];
  let rows: ReturnType<typeof ready> = [];
  const insertGroup = db.transaction((group: typeof rows) => {
    for (const { stream, revision, event } of group)
      insert.run(
        stream,
        revision,
        event.id,
        event.type,
        event.version,
        event.occurredAt,
        Date.now(),
        event.metadata.leadId,
        JSON.stringify(event.data),
        null,
        JSON.stringify(event.metadata),
      );
  });
  try {
    return await compare(
      {
        name: 'import',
        unit: 'events/s',
        rounds: options.quick === true ? 3 : 10,
        wanted: 0.7,
        prepare: round => {
          const batchId = v7();
          facts = Array.from({ length: size }, (_, n) => toFact(aClick(round * size + n), batchId));
          rows = ready(facts);
        },
        ours: async () => {
          for (let n = 0; n < size; n += perWindow) await append(facts.slice(n, n + perWindow));
          return size;
        },
        bare: () => {
          for (let n = 0; n < size; n += perCommit) insertGroup(rows.slice(n, n + perCommit));
          return size;
        },
      },
      options,
    );
  } finally {
    await store.close();
    db.close();
    folder.remove();
  }
};

const endToEnd = async (options: BenchOptions): Promise<BenchResult> => {
  const folder = benchFolder();
  const events = openSqliteEventStore({ file: join(folder.path, 'events.db') });
  const file = join(folder.path, 'clicks.csv');
  const rows = options.quick === true ? 2_000 : 100_000;
  const lines = function* (): Generator<string, void, undefined> {
    yield 'lead,click,at,campaign,url\n';
    for (let n = 0; n < rows; n++) yield `${Object.values(aClick(n)).join(',')}\n`;
  };
  const deps: ImportDeps = {
    events,
    context: createImportContext('UTC'),
    clock: Date.now,
    newId: v7,
    hash: createKeyedHash('bench'),
  };
  try {
    await pipeline(Readable.from(lines()), createWriteStream(file));
    const { total, seconds } = await runImport(deps, clicks, [file]);
    if (total.appended !== rows) throw new Error(`${total.appended} of ${rows} rows were appended`);
    const value = total.appended / seconds;
    options.log(`import-csv: ${value.toFixed(0)} events/s`);
    return { name: 'import-csv', value, unit: 'events/s', limit: null, ratio: null };
  } finally {
    await events.close();
    folder.remove();
  }
};

export const benchmark: Benchmark = {
  name: 'import',
  description:
    'bulk import of facts, durable, against 1,000 bare inserts per commit; and a CSV file from end to end',
  run: async options => [await bulkPath(options), await endToEnd(options)],
};
