import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NoSuchProjection, ProjectionBehind } from '../projecting/port.ts';
import { logFile, openEngine, parseSettings } from './index.ts';
import type { Engine } from './port.ts';
import { projectingElsewhere } from './projecting-elsewhere.ts';

const caller = { command: 'captureLead', actor: 'spec' };

describe('read models that are kept in a thread of their own', () => {
  let folder: string;
  let engine: Engine;
  const settingsFor = (data: string) => parseSettings({}, { data });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
    engine = await openEngine(settingsFor(folder), { threads: true });
  });
  afterEach(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  const capture = async (id: string): Promise<number> =>
    (await engine.commands.captureLead({ id, origin: 'referral' }, caller)).position;
  const leads = async (): Promise<unknown> => {
    const { rows } = await engine.query('funnel', { by: [], where: [], params: {} });
    return rows.find(({ stage }) => stage === 'lead')?.count;
  };

  it('show an append to whoever waits for its position', async () => {
    engine.projector.start();
    for (let n = 1; n <= 3; n++) {
      await engine.projector.waitFor('lead-funnel', await capture(`l${n}`));
      expect(await leads()).toBe(n);
    }
  });

  it('follow the log though nobody waits', async () => {
    engine.projector.start();
    const position = await capture('l1');
    const lag = async () => (await engine.projector.status()).filter(one => one.position < position).length;
    for (let n = 0; n < 200 && (await lag()) > 0; n++) await pause(25);
    expect(await lag()).toBe(0);
    expect(await leads()).toBe(1);
  });

  it('have a status, with the rate that the thread alone knows', async () => {
    engine.projector.start();
    for (const id of ['l1', 'l2', 'l3']) await engine.projector.waitFor('lead-funnel', await capture(id));
    const status = await engine.projector.status();
    expect(status.map(({ name }) => name)).toContain('lead-funnel');
    expect(status.find(({ name }) => name === 'lead-funnel')).toMatchObject({ status: 'live', lag: 0 });
    expect(status.some(({ rate }) => rate !== null)).toBe(true);
  });

  it('stand still when they are stopped, and go on when they are started again', async () => {
    engine.projector.start();
    engine.projector.start();
    await engine.projector.waitFor('lead-funnel', await capture('l1'));
    await engine.projector.stop();
    const position = await capture('l2');
    await expect(engine.projector.waitFor('lead-funnel', position, 300)).rejects.toThrow(ProjectionBehind);
    expect((await engine.projector.status()).every(({ lag }) => lag > 0)).toBe(true);
    engine.projector.start();
    await engine.projector.waitFor('lead-funnel', position);
    expect(await leads()).toBe(2);
  });

  it('refuse what the projector of this thread refuses', async () => {
    engine.projector.start();
    await expect(engine.projector.waitFor('nothing', 1)).rejects.toThrow(NoSuchProjection);
    await expect(engine.projector.waitFor('lead-funnel', 1_000, 100)).rejects.toThrow(ProjectionBehind);
  });

  it('can be rebuilt and checked from this thread meanwhile', async () => {
    engine.projector.start();
    await engine.projector.waitFor('lead-funnel', await capture('l1'));
    await engine.projector.rebuild('lead-funnel');
    await engine.projector.waitFor('lead-funnel', await capture('l2'));
    expect(await leads()).toBe(2);
    await engine.projector.catchUp();
    expect(await engine.projector.verify()).toEqual([]);
  });

  it('come back when their thread has ended, and say so in the log', async () => {
    const data = mkdtempSync(join(folder, 'other-'));
    const settings = settingsFor(data);
    writeFileSync(logFile(settings), 'name,origin\n'.repeat(1_000));
    const lines: string[] = [];
    const projector = projectingElsewhere(engine.projector, settings, (level, message) =>
      lines.push(`${level}: ${message}`),
    );
    projector.start();
    for (let n = 0; n < 400 && lines.length < 2; n++) await pause(25);
    expect(lines.slice(0, 2)).toEqual([
      'error: the thread of the read models failed',
      'error: the thread of the read models ended; starting it again',
    ]);
    rmSync(logFile(settings));
    const other = await openEngine(settings);
    const { position } = await other.commands.captureLead({ id: 'l1' }, caller);
    await other.projector.waitFor('lead-funnel', position, 20_000);
    await projector.stop();
    await other.close();
  });
});
