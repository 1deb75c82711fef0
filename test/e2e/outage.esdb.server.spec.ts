import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEsdb, type RunningEsdb } from '../servers/esdb/start.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { countOf } from './figures-workspace.ts';
import { startServer, type Answer, type Harness } from './http-server.ts';

const place = temporaryFolder();
let esdb: RunningEsdb;
let proxy: TcpProxy;
let server: Harness;

beforeAll(async () => {
  esdb = await startEsdb({ dir: place.path });
  proxy = await startTcpProxy({ target: { port: esdb.port } });
  server = await startServer({ LEADFOLD_EVENT_STORE: `esdb://127.0.0.1:${proxy.port}?tls=false` });
}, 60_000);
afterAll(async () => {
  await server.close();
  await proxy.close();
  await esdb.stop();
  place.remove();
});

const capture = (key: string): Promise<Answer> =>
  server.post('/v1/leads', { email: `${key}@example.org`, origin: 'referral' }, { 'idempotency-key': key });

const timed = async (call: () => Promise<Answer>): Promise<readonly [Answer, ms: number]> => {
  const since = performance.now();
  const answer = await call();
  return [answer, performance.now() - since];
};

/** Asks until the answer has the status; how the last one was. */
const until = async (status: number, call: () => Promise<Answer>): Promise<Answer> => {
  let answer = await call();
  for (let waited = 0; answer.status !== status && waited < 15_000; waited += 200) {
    await pause(200);
    answer = await call();
  }
  return answer;
};

const leads = async (atLeast: number): Promise<unknown> => {
  const { json } = await server.get(`/v1/close-rate?atLeast=${atLeast}`);
  return json.rows[0]?.leads;
};

describe('the API over EventStoreDB', () => {
  it('takes commands, and lets a query wait for them', async () => {
    const made = await capture('first');
    expect(made.status).toBe(201);
    expect(await leads(made.json.position)).toBe(1);
    const { json } = await server.get(`/v1/events?after=${made.json.position - 1}`);
    expect(json.data.map(({ type }) => type)).toEqual(['LeadCaptured']);
  });

  it('answers the same key as the first time', async () => {
    const [one, two] = [await capture('again'), await capture('again')];
    expect(two.json).toEqual(one.json);
  });

  it.each(['drop', 'refuse'] as const)(
    'answers a command within five seconds while bytes are treated by %s, goes on reading, and heals',
    async mode => {
      const before = await countOf(server.engine.events);
      proxy.set(mode);
      const [[refused, ms], rate] = await Promise.all([
        timed(() => capture(`key-${mode}`)),
        server.get('/v1/close-rate'),
      ]);
      expect([refused.status, refused.json.type]).toEqual([503, expect.stringMatching(/outcome-unknown$/)]);
      expect(refused.headers['retry-after']).toBeDefined();
      expect(ms).toBeLessThan(5_000);
      expect(rate.status).toBe(200);
      proxy.set('pass');
      const healed = await until(201, () => capture(`key-${mode}`));
      expect(healed.status).toBe(201);
      const again = await capture(`key-${mode}`);
      expect(again.json).toEqual(healed.json);
      // The key, the identity, the lead: each once.
      expect((await countOf(server.engine.events)) - before).toBe(3);
      expect((await server.get(`/v1/close-rate?atLeast=${healed.json.position}`)).status).toBe(200);
    },
    60_000,
  );

  it('answers a read of the log within five seconds too, and says that nothing was written', async () => {
    esdb.freeze(true);
    const [refused, ms] = await timed(() => server.get('/v1/events'));
    expect([refused.status, refused.json.type]).toEqual([503, expect.stringMatching(/store-unavailable$/)]);
    expect(ms).toBeLessThan(5_000);
    esdb.freeze(false);
    expect((await until(200, () => server.get('/v1/events'))).status).toBe(200);
  }, 60_000);

  it('keeps numbers exactly as the log says, after all of it', async () => {
    const made = await until(201, () => capture('last'));
    await esdb.restart();
    expect((await until(200, () => server.get(`/v1/close-rate?atLeast=${made.json.position}`))).status).toBe(
      200,
    );
    await until(201, () => capture('after'));
    await server.engine.projector.catchUp();
    expect(await server.engine.projector.verify()).toEqual([]);
  }, 60_000);
});
