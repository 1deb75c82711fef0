import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/support/folder.ts';
import {
  backUp,
  checkLog,
  CopyFailed,
  exportLog,
  importLog,
  logFile,
  openEngine,
  parseSettings,
} from './index.ts';
import type { Engine } from './port.ts';

const caller = { command: 'captureLead', actor: 'spec' };

let folder: ReturnType<typeof temporaryFolder>;
let engine: Engine;
const at = (...names: readonly string[]): string => join(folder.path, ...names);
const settings = (name = 'data') => parseSettings({}, { data: at(name) });

beforeEach(async () => {
  folder = temporaryFolder();
  engine = await openEngine(settings());
  await engine.commands.captureLead({ id: 'ann', email: 'ann@example.org' }, caller);
});
afterEach(async () => {
  await engine.close();
  folder.remove();
});

const capture = async (many: number, from = 0): Promise<void> => {
  for (let n = from; n < from + many; n++) await engine.commands.captureLead({ id: `l${n}` }, caller);
};

describe('a backup', () => {
  it('is a data folder by itself, in which the same leads are found', async () => {
    const files = await backUp(settings(), at('backup'));
    expect(files).toEqual(['log.sqlite', 'secret']);
    expect(readdirSync(at('backup')).sort()).toEqual(['log.sqlite', 'secret']);
    expect(statSync(at('backup', 'secret')).mode & 0o777).toBe(0o600);
    const restored = await openEngine(settings('backup'));
    expect(await restored.commands.findLead({ email: 'Ann@example.org' })).toBe('ann');
    await restored.projector.catchUp();
    expect(await restored.projector.verify()).toEqual([]);
    await restored.close();
  });

  it('holds what was acknowledged before it began, and the log whole, while others write', async () => {
    await capture(200);
    const before = await engine.events.head();
    const writers = { busy: true };
    const writing = (async () => {
      for (let n = 200; writers.busy; n++) await capture(1, n);
    })();
    for (let round = 0; round < 3; round++) await backUp(settings(), at(`backup-${round}`));
    writers.busy = false;
    await writing;
    for (let round = 0; round < 3; round++) {
      const copy = await openEngine(settings(`backup-${round}`));
      expect(await checkLog(copy)).toEqual([]);
      const copied = await copy.events.readAll(0, 10_000);
      expect(copied.length).toBeGreaterThanOrEqual(before);
      expect(copied).toEqual((await engine.events.readAll(0, 10_000)).slice(0, copied.length));
      await copy.close();
    }
  });

  it('has the definitions of users, and no secret that the settings hold', async () => {
    mkdirSync(at('data', 'definitions'), { recursive: true });
    writeFileSync(at('data', 'definitions', 'x'), 'of a user');
    const files = await backUp({ ...settings(), secret: 's'.repeat(32) }, at('deep', 'backup'));
    expect(files).toEqual(['log.sqlite', 'definitions']);
    expect(readFileSync(at('deep', 'backup', 'definitions', 'x'), 'utf8')).toBe('of a user');
    expect(existsSync(at('deep', 'backup', 'secret'))).toBe(false);
  });

  it('of a folder whose log is on a server has all but the log', async () => {
    const remote = parseSettings(
      { LEADFOLD_EVENT_STORE: 'esdb://127.0.0.1:9?tls=false' },
      { data: at('data') },
    );
    expect(await backUp(remote, at('backup'))).toEqual(['secret']);
    await expect(importLog(remote, at('x'))).rejects.toThrow('only the embedded log');
  });

  it('takes an empty folder, and refuses one that holds something', async () => {
    mkdirSync(at('empty'));
    await backUp(settings(), at('empty'));
    expect(readdirSync(at('empty'))).toContain('log.sqlite');
    await expect(backUp(settings(), at('empty'))).rejects.toThrow(CopyFailed);
    await expect(backUp(settings(), at('data'))).rejects.toThrow('is not empty');
  });

  it('leaves nothing behind when it is stopped or fails', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await capture(50);
    await expect(backUp(settings(), at('stopped'), { signal })).rejects.toThrow('stop');
    await expect(backUp(settings('none'), at('failed'))).rejects.toThrow();
    expect(readdirSync(folder.path)).toEqual(['data']);
  });
});

describe('an export of the log', () => {
  it.each(['log.ndjson', 'log.ndjson.gz'])('to %s makes the same log anew', async name => {
    await capture(20);
    await exportLog(engine.events, at(name));
    expect(statSync(at(name)).mode & 0o777).toBe(0o600);
    mkdirSync(at('new'));
    expect(await importLog(settings('new'), at(name))).toBe(await engine.events.head());
    const copy = await openEngine(settings('new'));
    expect(await copy.events.readAll(0, 10_000)).toEqual(await engine.events.readAll(0, 10_000));
    await copy.close();
  });

  it('takes no file’s place', async () => {
    writeFileSync(at('taken'), 'mine');
    await expect(exportLog(engine.events, at('taken'))).rejects.toThrow(CopyFailed);
    expect(readFileSync(at('taken'), 'utf8')).toBe('mine');
  });

  it('is imported whole or not at all, and never over a log', async () => {
    await exportLog(engine.events, at('log.ndjson'));
    await expect(importLog(settings(), at('log.ndjson'))).rejects.toThrow('holds a log already');
    mkdirSync(at('new'));
    const text = readFileSync(at('log.ndjson'), 'utf8');
    for (const damaged of [text.slice(0, -100), text.replace('ann@', 'eve@'), '', 'no export\n']) {
      writeFileSync(at('damaged'), damaged);
      await expect(importLog(settings('new'), at('damaged'))).rejects.toThrow(/^line \d+ /);
      expect(readdirSync(at('new'))).toEqual([]);
    }
    await expect(importLog(settings('new'), at('nowhere'))).rejects.toThrow('ENOENT');
    writeFileSync(at('odd.gz'), text);
    await expect(importLog(settings('new'), at('odd.gz'))).rejects.toThrow(/header/);
    expect(existsSync(logFile(settings('new')))).toBe(false);
  });
});
