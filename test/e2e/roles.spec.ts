import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../../apps/server/serve.ts';
import { parseSettings, roles, type Role } from '../../libs/engine/index.ts';
import { leadfold, newFolder } from './cli-child.ts';
import { send } from './http-server.ts';
import { eventually, leadsOf, roleProcesses, type RoleProcess } from './role-process.ts';

jest.setTimeout(120_000);

const folder = newFolder();
const data = join(folder, 'data');
const processes = roleProcesses();
const startRole = (role: Role, dataDir = data): Promise<RoleProcess> =>
  processes.start(role, { LEADFOLD_DATA: dataDir });

afterEach(() => processes.endAll());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
    expect(await leadsOf(api, made.position)).toMatchObject({ count: 1 });

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
    expect(await leadsOf(api, first)).toMatchObject({ count: 2 });
    expect(await projector.kill('SIGKILL')).toBeNull();

    const missed = await capture('carl');
    const behind = await api.ask(`/v1/funnel?atLeast=${missed}`);
    expect([behind.status, behind.json.type]).toEqual([503, '/problems/projection-behind']);
    expect(await leadsOf(api, first)).toMatchObject({ count: 2 });

    await startRole('projector');
    await eventually('the projector has caught up', async () => {
      const { status } = await api.ask(`/v1/funnel?atLeast=${missed}`);
      return status === 200;
    });
    expect(await leadsOf(api, missed)).toMatchObject({ count: 3 });
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
    expect(await leadsOf(api, last)).toMatchObject({ count: 60 });
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
