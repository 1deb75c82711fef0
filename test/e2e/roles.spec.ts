import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../../apps/server/serve.ts';
import { parseSettings, roles, type Role } from '../../libs/engine/index.ts';
import { freePort, leadfold, newFolder, start, type Child } from './cli-child.ts';
import { send, type Answer, type Call } from './http-server.ts';

jest.setTimeout(120_000);

const folder = newFolder();
const data = join(folder, 'data');
const running = new Set<Child>();

afterEach(async () => {
  for (const child of running) child.process.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface RoleProcess {
  readonly ask: (path: string, call?: Call) => Promise<Answer>;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** `leadfold serve` with one role on the folder that all share. */
const startRole = async (role: Role, dataDir = data): Promise<RoleProcess> => {
  const port = await freePort();
  const child = start(['serve'], { LEADFOLD_DATA: dataDir, LEADFOLD_ROLES: role, LEADFOLD_PORT: port });
  running.add(child);
  await child.says('Leadfold listens');
  return {
    ask: (path, call = {}) => send(`http://127.0.0.1:${port}${path}`, call),
    kill: async signal => {
      child.process.kill(signal);
      const { code } = await child.ended;
      running.delete(child);
      return code;
    },
  };
};

const eventually = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + 45_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it never came to be: ${what}`);
    await new Promise(wake => setTimeout(wake, 100));
  }
};

const customersOf = async (api: RoleProcess, atLeast: number): Promise<unknown> => {
  const { json } = await api.ask(`/v1/funnel?atLeast=${atLeast}`);
  return json.rows.find(row => (row as unknown as { stage: string }).stage === 'lead') ?? json;
};

const total = { amount: 100, currency: 'EUR' };

describe('a process for each role, on one data folder', () => {
  it('takes commands in one, folds them in another and reminds in the third', async () => {
    const [api, projector, scheduler] = await Promise.all([
      startRole('api'),
      startRole('projector'),
      startRole('scheduler'),
    ]);
    await api.ask('/v1/leads', { body: { id: 'ann', occurredAt: '2020-01-01T00:00:00Z' } });
    const { json: made } = await api.ask('/v1/orders', {
      body: { id: 'o1', leadId: 'ann', total, occurredAt: '2020-01-02T00:00:00Z' },
    });
    expect(await customersOf(api, made.position)).toMatchObject({ count: 1 });

    const churned = async (): Promise<readonly object[]> =>
      (await api.ask('/v1/events?type=CustomerChurned&actor=scheduler')).json.data;
    await eventually('the customer has churned', async () => (await churned()).length > 0);

    for (const other of [projector, scheduler]) {
      expect((await other.ask('/v1/leads')).status).toBe(404);
      expect((await other.ask('/health/live')).status).toBe(200);
      expect((await other.ask('/health/ready')).json).toMatchObject({
        details: { eventStore: { status: 'up' } },
      });
      expect((await other.ask('/metrics')).text).toMatch(/^leadfold_projection_lag\{projection="customers"/m);
    }
    for (const one of [api, projector, scheduler]) expect(await one.kill('SIGTERM')).toBe(0);
    expect(await churned().catch(() => 'gone')).toBe('gone');

    const verified = await leadfold(['verify', '--data', data]);
    expect([verified.code, verified.err]).toEqual([0, '']);
    const { out } = await leadfold(['events', '--type', 'CustomerChurned', '--data', data]);
    expect(out.trim().split('\n')).toHaveLength(1);
  });

  it('goes on reading and taking commands while the projector is away, and counts once what it has missed', async () => {
    const [api, projector] = await Promise.all([startRole('api'), startRole('projector')]);
    const capture = async (id: string): Promise<number> =>
      (await api.ask('/v1/leads', { body: { id } })).json.position;
    const first = await capture('bob');
    expect(await customersOf(api, first)).toMatchObject({ count: 2 });
    expect(await projector.kill('SIGKILL')).toBeNull();

    const missed = await capture('carl');
    const behind = await api.ask(`/v1/funnel?atLeast=${missed}`);
    expect([behind.status, behind.json.type]).toEqual([503, '/problems/projection-behind']);
    expect(await customersOf(api, first)).toMatchObject({ count: 2 });

    await startRole('projector');
    await eventually('the projector has caught up', async () => {
      const { status } = await api.ask(`/v1/funnel?atLeast=${missed}`);
      return status === 200;
    });
    expect(await customersOf(api, missed)).toMatchObject({ count: 3 });
    expect((await leadfold(['verify', '--data', data])).code).toBe(0);
  });

  it('folds in two projectors at once what one would have folded', async () => {
    const shared = join(folder, 'two');
    const [api] = await Promise.all([
      startRole('api', shared),
      startRole('projector', shared),
      startRole('projector', shared),
    ]);
    let last = 0;
    for (let n = 1; n <= 60; n++)
      last = (await api.ask('/v1/leads', { body: { id: `l${n}` } })).json.position;
    expect(await customersOf(api, last)).toMatchObject({ count: 60 });
    const verified = await leadfold(['verify', '--data', shared]);
    expect([verified.code, verified.err]).toEqual([0, '']);
  });
});

describe('every set of roles', () => {
  const sets = Array.from({ length: 2 ** roles.length - 1 }, (_, n) =>
    roles.filter((_role, place) => ((n + 1) >> place) % 2 === 1),
  );

  it('starts, tells its health and its measurements, has the API only with its role, and ends', async () => {
    expect(sets).toHaveLength(31);
    for (const set of sets) {
      const settings = parseSettings({ LEADFOLD_DATA: join(folder, 'sets'), LEADFOLD_ROLES: set.join(',') });
      const { url, close } = await serve({ ...settings, port: 0 }, { logger: { level: 'silent' } });
      const statuses = await Promise.all(
        ['/health/live', '/metrics', '/v1/events'].map(async path => (await send(url + path, {})).status),
      );
      await close();
      expect([set, statuses]).toEqual([set, [200, 200, set.includes('api') ? 200 : 404]]);
    }
  });
});
