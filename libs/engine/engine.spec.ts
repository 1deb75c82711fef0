import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from '../event-store/errors.ts';
import { InvalidQuery } from '../metrics/index.ts';
import { checkLog, logFile, openEngine, parseSettings, readFolder, shippedProjections } from './index.ts';
import type { Engine } from './port.ts';

const caller = { command: 'captureLead', actor: 'spec' };
const everything = { by: [], where: [], params: {} };

let folder: string;
let open: Engine[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  open = [];
});
afterEach(async () => {
  for (const engine of open) await engine.close();
  rmSync(folder, { recursive: true });
});

const settingsFor = (data: string) => parseSettings({}, { data });
const engineIn = async (data: string, ...options: Parameters<typeof openEngine>[1][]): Promise<Engine> => {
  const engine = await openEngine(settingsFor(data), ...options);
  open.push(engine);
  return engine;
};
const leadsOf = async (engine: Engine): Promise<unknown> => {
  await engine.projector.catchUp();
  const { rows } = await engine.query('funnel', everything);
  return rows.find(({ stage }) => stage === 'lead')?.count;
};

describe('an engine', () => {
  it('makes its folder, however deep, and all of its files in it', async () => {
    const data = join(folder, 'a', 'b');
    const engine = await engineIn(data);
    await engine.commands.captureLead({ id: 'l1' }, caller);
    await engine.projector.catchUp();
    const settings = settingsFor(data);
    expect(
      [logFile(settings), readFolder(settings), join(data, 'secret')].map(file => existsSync(file)),
    ).toEqual([true, true, true]);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('takes the secret of its settings, and then makes none', async () => {
    const engine = await openEngine({ ...settingsFor(folder), secret: 'x'.repeat(32) });
    open.push(engine);
    await engine.commands.captureLead({ email: 'ann@example.org' }, caller);
    expect(existsSync(join(folder, 'secret'))).toBe(false);
  });

  it('works by the clock and the ids that it is given', async () => {
    const now = Date.UTC(2018, 2, 1);
    let ids = 0;
    const newId = () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`;
    const engine = await engineIn(folder, { clock: () => now, newId });
    await engine.commands.captureLead({ id: 'l1' }, caller);
    const { events } = await engine.events.find({ leadId: 'l1' }, 0, 10);
    expect(events[0]).toMatchObject({ occurredAt: now, recordedAt: now });
    expect(events[0]?.id).toMatch(/^00000000-0000-4000-8000-/);
  });

  it('answers every metric that it has, and names them where it has none', async () => {
    const engine = await engineIn(folder);
    await engine.projector.catchUp();
    for (const { name } of engine.metrics) expect((await engine.query(name, everything)).metric).toBe(name);
    const refused = await engine.query('funnels', everything).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidQuery);
    expect(refused).toMatchObject({ path: 'metric', known: engine.metrics.map(({ name }) => name) });
  });

  it('has the projections that are shipped, each once, and every metric stands on one of them', async () => {
    const engine = await engineIn(folder);
    expect(engine.projections.map(({ name }) => name)).toEqual(shippedProjections);
    expect(new Set(shippedProjections).size).toBe(shippedProjections.length);
    for (const { projection } of engine.metrics) expect(shippedProjections).toContain(projection.name);
  });

  it('finds its leads and the answers again when it is opened again', async () => {
    const first = await engineIn(folder);
    const made = await first.commands.captureLead({ email: 'ann@example.org' }, caller);
    expect(await leadsOf(first)).toBe(1);
    await first.close();
    open = [];
    const second = await engineIn(folder);
    // Without another event it's still folded: the read models are kept.
    expect((await second.query('funnel', everything)).position).toBe(made.position);
    const again = await second.commands.captureLead({ email: 'Ann@Example.org' }, caller);
    expect(again).toMatchObject({ id: made.id, created: false });
    expect(await leadsOf(second)).toBe(1);
  });

  it('makes its read models anew from the log when they are gone', async () => {
    const first = await engineIn(folder);
    await first.commands.captureLead({ id: 'l1' }, caller);
    expect(await leadsOf(first)).toBe(1);
    await first.close();
    open = [];
    rmSync(readFolder(settingsFor(folder)), { recursive: true });
    expect(await leadsOf(await engineIn(folder))).toBe(1);
  });
});

describe('two engines on one folder', () => {
  it('see each other’s leads, and know them by the same secret', async () => {
    const [one, other] = [await engineIn(folder), await engineIn(folder)];
    const made = await one.commands.captureLead({ email: 'ann@example.org' }, caller);
    const again = await other.commands.captureLead({ email: 'ann@example.org' }, caller);
    expect(again).toMatchObject({ id: made.id, created: false });
    await other.commands.captureLead({ email: 'bob@example.org' }, caller);
    expect(await leadsOf(one)).toBe(2);
    expect(await leadsOf(other)).toBe(2);
  });

  it('count everything once when both fold at the same time', async () => {
    const [one, other] = [await engineIn(folder), await engineIn(folder)];
    for (const id of ['l1', 'l2', 'l3']) await one.commands.captureLead({ id }, caller);
    await Promise.all([one.projector.catchUp(), other.projector.catchUp()]);
    expect([await leadsOf(one), await leadsOf(other)]).toEqual([3, 3]);
    expect(await one.projector.verify()).toEqual([]);
  });

  it('do not need each other: one goes on when the other closes', async () => {
    const [one, other] = [await engineIn(folder), await openEngine(settingsFor(folder))];
    await other.close();
    await one.commands.captureLead({ id: 'l1' }, caller);
    expect(await leadsOf(one)).toBe(1);
  });
});

describe('closing', () => {
  it('ends appends, finishes what follows the log, and may be asked for twice', async () => {
    const engine = await openEngine(settingsFor(folder));
    engine.projector.start();
    engine.scheduler.start();
    await engine.commands.captureLead({ id: 'l1' }, caller);
    await engine.close();
    await engine.close();
    await expect(engine.commands.captureLead({ id: 'l2' }, caller)).rejects.toThrow(StoreUnavailable);
    expect(await checkLog(engine)).toEqual([]);
  });

  it('leaves whole files behind: no journal has to come along with a copy', async () => {
    const engine = await openEngine(settingsFor(folder));
    await engine.commands.captureLead({ id: 'l1' }, caller);
    await engine.projector.catchUp();
    await engine.close();
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter(file => /-(wal|shm|journal)$/.test(file))).toEqual([]);
  });
});

describe('a folder that can’t be used', () => {
  // Each refusal has to come as a rejection: callers close what they have by `catch`.
  const refusalOf = (data: string): Promise<unknown> =>
    openEngine(settingsFor(data)).then(
      engine => open.push(engine),
      (error: unknown) => error,
    );

  it.each<[string, () => string, string]>([
    ['is a file', () => join(folder, 'file'), 'EEXIST'],
    ['lies in a file', () => join(folder, 'file', 'data'), 'ENOTDIR'],
    ['has a file for its read models', () => folder, 'EEXIST'],
  ])('%s', async (_, dataOf, code) => {
    writeFileSync(join(folder, 'file'), '');
    writeFileSync(join(folder, 'read'), '');
    expect(await refusalOf(dataOf())).toMatchObject({ code });
  });

  it('has something else for a log', async () => {
    writeFileSync(join(folder, 'log.sqlite'), 'no database at all, but long enough to look at');
    expect(await refusalOf(folder)).toBeInstanceOf(Error);
    expect(existsSync(join(folder, 'read'))).toBe(false);
  });

  it('has a folder for a log', async () => {
    mkdirSync(join(folder, 'log.sqlite'));
    expect(await refusalOf(folder)).toBeInstanceOf(Error);
  });

  it('lets go of the log when the read models can’t be opened', async () => {
    writeFileSync(join(folder, 'read'), '');
    await refusalOf(folder);
    // An open log has its journal beside it; the last one to close takes it away.
    expect(readdirSync(folder).filter(file => file.startsWith('log.'))).toEqual(['log.sqlite']);
  });

  it('lets go of log and read models when the definitions can’t be read', async () => {
    const first = await openEngine(settingsFor(folder));
    await first.projector.catchUp();
    await first.close();
    mkdirSync(join(folder, 'definitions'), { recursive: true });
    writeFileSync(join(folder, 'definitions', 'registry.json'), '{');
    await expect(openEngine(settingsFor(folder))).rejects.toThrow(/registry\.json is damaged/);
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter(file => /-(wal|shm|journal)$/.test(file))).toEqual([]);
  });
});
