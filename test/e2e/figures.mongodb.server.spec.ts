import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import olist from '../../imports/olist.import.ts';
import onlineRetail from '../../imports/online-retail.import.ts';
import { openEngine, parseSettings, patient } from '../../libs/engine/index.ts';
import { openMongoReadStore } from '../../libs/read-store/mongodb/index.ts';
import type { ReadStore } from '../../libs/read-store/port.ts';
import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import { runImport } from '../../libs/importing/index.ts';
import { projections } from '../../projections/index.ts';
import { liveOf, snapshot } from '../property/projecting.ts';
import { temporaryFolder } from '../support/folder.ts';
import { mongoServer, temporaryDatabase } from '../support/mongo-reads.ts';
import { leadfold } from './cli-child.ts';
import { startServer, type Harness } from './http-server.ts';

/** `MONGODB_WHOLE=1`: all rows, for a server that takes them quickly. */
const whole = (process.env.MONGODB_WHOLE ?? '') !== '';
const few = { leads: 2_000, month: '2009-12' } as const;

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const files = {
  leads: `${data}olist/olist_marketing_qualified_leads_dataset.csv`,
  deals: `${data}olist/olist_closed_deals_dataset.csv`,
  retail: `${data}online_retail/online_retail_II_2009_2010.csv.gz`,
};
const isThere = Object.values(files).every(file => existsSync(file));
if (!isThere) process.stderr.write(`the figures on MongoDB are skipped: ${data} does not hold the files\n`);
const described = isThere ? describe : describe.skip;

/** The deals' leads, and others up to a few thousand. */
const fewLeads = (): string => {
  const [head = '', ...rows] = readFileSync(files.leads, 'utf8').trimEnd().split('\n');
  const won = new Set(
    readFileSync(files.deals, 'utf8')
      .split('\n')
      .map(row => row.split(',')[0]),
  );
  const inOrder = rows.toSorted(
    (a, b) => Number(won.has(b.split(',')[0])) - Number(won.has(a.split(',')[0])),
  );
  return [head, ...inOrder.slice(0, whole ? undefined : few.leads), ''].join('\n');
};

const someOrders = async (): Promise<string> => {
  const lines: string[] = [];
  const unpacked = createReadStream(files.retail).pipe(createGunzip());
  for await (const line of createInterface({ input: unpacked }))
    if (lines.length === 0 || whole || line.includes(`,${few.month}-`)) lines.push(line);
  return `${lines.join('\n')}\n`;
};

const questions = [
  'close-rate',
  'close-rate?by=origin',
  'funnel',
  'funnel?by=origin&from=2017-11-20&to=2018-03-05',
  'sales-cycle?by=origin',
  'sales-cycle?by=segment',
  'churn?grain=month',
  'churn?inactiveDays=17',
  'retention?grain=month',
  'revenue?grain=month',
  'revenue?by=country',
] as const;

described('the leads and deals of Olist and the orders of a shop, with read models on MongoDB', () => {
  const place = temporaryFolder();
  const database = temporaryDatabase();
  const embedded = { LEADFOLD_DATA: place.path };
  const onServer = {
    ...embedded,
    LEADFOLD_READ_STORE: database.url,
    LEADFOLD_MONGO_BATCH: String(mongoServer().batchSize),
  };
  let servers: readonly [Harness, Harness];
  /** The same read models for those who have time. */
  let reads: readonly ReadStore[];

  beforeAll(async () => {
    const [leads, retail] = [join(place.path, 'leads.csv'), join(place.path, 'retail.csv')];
    writeFileSync(leads, fewLeads());
    writeFileSync(retail, await someOrders());
    const engine = await openEngine(parseSettings(embedded));
    await runImport(engine.importing, onlineRetail, [retail]);
    await runImport(engine.importing, olist, [leads, files.deals]);
    await engine.close();
    const since = performance.now();
    for (const environment of [embedded, onServer]) {
      const each = await openEngine(parseSettings(environment), { readsWithin: patient });
      await each.projector.catchUp();
      await each.close();
    }
    servers = [await startServer(embedded), await startServer(onServer, { readsWithin: patient })];
    reads = [
      openSqliteReadStore({ dir: join(place.path, 'read') }),
      openMongoReadStore({ url: database.url, within: 120_000 }),
    ];
    const head = await servers[0].engine.events.head();
    process.stdout.write(
      `${head} events folded by both stores in ${Math.round(performance.now() - since)} ms\n`,
    );
  }, 900_000);
  afterAll(async () => {
    for (const server of servers) await server.close();
    for (const store of reads) await store.close();
    await database.remove();
    place.remove();
  });

  it.each(questions)('answer /v1/%s as with the embedded store', async question => {
    const [left, right] = await Promise.all(servers.map(server => server.get(`/v1/${question}`)));
    expect(left!.status).toBe(200);
    expect(left!.json.rows.length).toBeGreaterThan(0);
    expect(right!.json).toEqual(left!.json);
  });

  it.each(projections.map(({ name }) => name))(
    'hold the same states, totals, findings and parked events in %s',
    async name => {
      const [left, right] = await Promise.all(
        reads.map(async store => snapshot(store, await liveOf(store, name))),
      );
      expect(right).toEqual(left);
    },
    300_000,
  );

  it('have the known figure of the deals', async () => {
    const { json } = await servers[1].get('/v1/close-rate');
    expect(json.rows[0]).toMatchObject({ won: 842 });
  });

  it('explain a total by the same entities', async () => {
    const [left, right] = await Promise.all(
      servers.map(server => server.get('/v1/explain/lead-funnel?where=stage:customer&limit=20')),
    );
    expect(left!.status).toBe(200);
    expect(right!.json).toEqual(left!.json);
  });

  it('answer on the command line as with the embedded store', async () => {
    const words = ['query', 'funnel', '--by', 'origin', '--json'];
    const [left, right] = [await leadfold(words, embedded), await leadfold(words, onServer)];
    expect([left.code, right.code]).toEqual([0, 0]);
    expect(right.out).toBe(left.out);
    expect(right.out).toContain('paid_search');
  });

  it('are exactly the fold of the log, by `verify`', async () => {
    const { code, out, err } = await leadfold(['verify'], onServer);
    expect(code === 0 ? out : err).toContain('exactly their fold');
  }, 300_000);
});
