import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../libs/engine/index.ts';
import { startEsdb, type RunningEsdb } from '../servers/esdb/start.ts';
import { mongoServer, temporaryDatabase } from '../support/mongo-reads.ts';
import { leadfold, newFolder } from './cli-child.ts';
import { eventually, leadsOf, roleProcesses, type RoleProcess } from './role-process.ts';

jest.setTimeout(300_000);

const folder = newFolder();
const processes = roleProcesses();
const database = temporaryDatabase();
let esdb: RunningEsdb;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  esdb = await startEsdb({ dir: join(folder, 'esdb') });
  environment = {
    LEADFOLD_EVENT_STORE: esdb.url,
    LEADFOLD_READ_STORE: database.url,
    LEADFOLD_MONGO_BATCH: String(mongoServer().batchSize),
    LEADFOLD_SECRET: randomBytes(32).toString('hex'),
  };
});
afterAll(async () => {
  await processes.endAll();
  await esdb.stop();
  await database.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Each in a folder of its own, as on a machine of its own: the stores are all that they share. */
const startRole = (role: Role): Promise<RoleProcess> =>
  processes.start(role, { ...environment, LEADFOLD_DATA: join(folder, role) });

const total = { amount: 100, currency: 'EUR' };

it('processes with a role each, on machines of their own, work together by the stores on servers alone', async () => {
  const [api, projector, scheduler] = await Promise.all([
    startRole('api'),
    startRole('projector'),
    startRole('scheduler'),
  ]);
  const ann = { id: 'ann', email: 'ann@example.org', occurredAt: '2020-01-01T00:00:00Z' };
  await api.ask('/v1/leads', { body: ann });
  const { json: made } = await api.ask('/v1/orders', {
    body: { id: 'o1', leadId: 'ann', total, occurredAt: '2020-01-02T00:00:00Z' },
  });
  await eventually('the projector has folded it', async () => {
    const { status } = await api.ask(`/v1/funnel?atLeast=${made.position}`);
    return status === 200;
  });
  expect(await leadsOf(api, made.position)).toMatchObject({ count: 1 });
  await eventually('the customer has churned', async () => {
    const { json: page } = await api.ask('/v1/events?type=CustomerChurned&actor=scheduler');
    return page.data.length === 1;
  });
  for (const other of [projector, scheduler]) {
    expect((await other.ask('/v1/leads')).status).toBe(404);
    expect((await other.ask('/health/live')).status).toBe(200);
    expect((await other.ask('/metrics')).text).toMatch(/^leadfold_projection_lag\{projection="customers"/m);
  }

  // Another machine takes over, and finds the same lead by the same secret.
  expect(await api.kill('SIGKILL')).toBeNull();
  const other = await processes.start('api', { ...environment, LEADFOLD_DATA: join(folder, 'other') });
  const again = await other.ask('/v1/leads', { body: { email: 'Ann@example.org' } });
  expect([again.status, again.json.id]).toEqual([200, 'ann']);
  for (const one of [other, projector, scheduler]) expect(await one.kill('SIGTERM')).toBe(0);

  const verified = await leadfold(['verify'], { ...environment, LEADFOLD_DATA: join(folder, 'api') });
  expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(/^ok: /)]);
});
