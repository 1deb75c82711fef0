import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/folder.ts';
import { startProxiedMongo, type ProxiedMongo } from '../support/mongo-faults.ts';
import type { ProxyMode } from '../support/tcp-proxy.ts';
import { startServer, type Answer, type Harness } from './http-server.ts';

const place = temporaryFolder();
let mongo: ProxiedMongo;
let server: Harness;

beforeAll(async () => {
  mongo = await startProxiedMongo(place.path);
  server = await startServer({
    LEADFOLD_READ_STORE: mongo.url('outage'),
    LEADFOLD_MONGO_BATCH: mongo.server.env.LEADFOLD_MONGO_BATCH,
  });
}, 180_000);
afterAll(async () => {
  await server.close();
  await mongo.stop();
  place.remove();
});

const capture = (id: string): Promise<Answer> =>
  server.post('/v1/leads', { id, email: `${id}@example.org`, origin: 'referral' });

const timed = async (call: Promise<Answer>): Promise<readonly [Answer, ms: number]> => {
  const since = performance.now();
  const answer = await call;
  return [answer, performance.now() - since];
};

/** Everything that is answered from read models. */
const questions = [
  '/v1/close-rate',
  '/v1/funnel?by=origin',
  '/v1/sales-cycle',
  '/v1/churn?grain=month',
  '/v1/retention?grain=month',
  '/v1/revenue?grain=month',
  '/v1/leads',
  '/v1/leads/first',
  '/v1/leads/first/score',
  '/v1/explain/lead-funnel?where=stage:lead',
  '/v1/projections',
  '/v1/projections/lead-funnel/cells?by=origin',
] as const;

/** Asks until there is an answer: nobody tells the server that its store is back. */
const eventually = async (path: string, from = server): Promise<Answer> => {
  for (let waited = 0; ; waited += 200) {
    const answer = await from.get(path);
    if (![404, 503].includes(answer.status) || waited > 60_000) return answer;
    await pause(200);
  }
};

const expectRefusal = ([{ status, headers, json }, ms]: readonly [Answer, ms: number]): void => {
  expect([status, json.type]).toEqual([503, expect.stringMatching(/store-unavailable$/)]);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(ms).toBeLessThan(5_000);
};

describe('the API over MongoDB', () => {
  let captured = 0;

  it('answers from read models that are there', async () => {
    const made = await capture('first');
    expect(made.status).toBe(201);
    captured++;
    await eventually(`/v1/close-rate?atLeast=${made.json.position}`);
    for (const question of questions)
      expect([question, (await eventually(question)).status]).toEqual([question, 200]);
  }, 120_000);

  const network = (mode: ProxyMode) => (): Promise<void> => {
    mongo.proxy.set(mode);
    return Promise.resolve();
  };
  const away: readonly (readonly [string, begin: () => Promise<void>, end: () => Promise<void>])[] = [
    ['bytes are lost', network('drop'), network('pass')],
    ['bytes are late', network('hold'), network('pass')],
    ['connections are reset', network('refuse'), network('pass')],
    ['the server is killed with −9', () => mongo.server.kill(), () => mongo.server.restart()],
  ];

  it.each(away)(
    'refuses questions within five seconds while %s, takes commands, and goes on by itself',
    async (_, begin, end) => {
      await begin();
      const [refused, made] = await Promise.all([
        Promise.all(questions.map(question => timed(server.get(question)))),
        timed(capture(`during-${captured}`)),
      ]);
      refused.forEach(expectRefusal);
      // What needs only the log goes on as if nothing were wrong.
      expect(made[0].status).toBe(201);
      expect(made[1]).toBeLessThan(1_000);
      captured++;
      const log = await server.get(`/v1/events?after=${made[0].json.position - 1}`);
      expect(log.json.data.map(({ type }) => type)).toEqual(['LeadCaptured']);
      expect((await server.get('/health/live')).status).toBe(200);
      const ready = await server.get('/health/ready');
      expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('readStore')]);
      await end();
      const rate = await eventually(`/v1/close-rate?atLeast=${made[0].json.position}`);
      expect(rate.json.rows[0]).toMatchObject({ leads: captured });
    },
    120_000,
  );

  it('keeps numbers exactly as the log says, after all of it', async () => {
    await server.engine.projector.catchUp();
    expect(await server.engine.projector.verify()).toEqual([]);
  }, 60_000);
});

describe('a process that starts before MongoDB', () => {
  it('takes commands, and reads as soon as the server is there', async () => {
    mongo.proxy.set('refuse');
    const early = await startServer({
      LEADFOLD_READ_STORE: mongo.url('early'),
      LEADFOLD_MONGO_BATCH: mongo.server.env.LEADFOLD_MONGO_BATCH,
    });
    try {
      const made = await early.post('/v1/leads', { email: 'early@example.org', origin: 'referral' });
      expect(made.status).toBe(201);
      // The first connection has been given up meanwhile.
      expectRefusal(await timed(early.get('/v1/close-rate')));
      expectRefusal(await timed(early.get('/v1/close-rate')));
      mongo.proxy.set('pass');
      const rate = await eventually(`/v1/close-rate?atLeast=${made.json.position}`, early);
      expect(rate.json.rows[0]).toMatchObject({ leads: 1 });
    } finally {
      mongo.proxy.set('pass');
      await early.close();
    }
  }, 120_000);
});
