import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/support/folder.ts';
import { makeDataFolder, ownersOnly } from './data-files.ts';
import { backUp, exportLog, importLog, openEngine, parseSettings } from './index.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (...names: readonly string[]): string => join(folder.path, ...names);
const modeOf = (...names: readonly string[]): string => (statSync(at(...names)).mode & 0o777).toString(8);

/** Every file of a folder, and its mode. */
const modesIn = (name: string): readonly (readonly [file: string, mode: string])[] =>
  readdirSync(at(name), { withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => [entry.name, modeOf(name, entry.name)]);

const settings = (name: string) => parseSettings({}, { data: at(name) });

/** A workspace with a lead, read models, and a webhook that the relay has looked at. */
const filled = async (name: string) => {
  const engine = await openEngine(settings(name));
  await engine.commands.captureLead(
    { id: 'ann', email: 'ann@example.org' },
    { command: 'captureLead', actor: 'spec' },
  );
  await engine.projector.catchUp();
  await engine.lifecycle.webhooks.deliveries.list('none', { limit: 1 });
  return engine;
};

describe('a data folder', () => {
  it('is its owner’s alone, and so is every file that holds personal data, while it is open and after', async () => {
    const engine = await filled('data');
    expect([modeOf('data'), modeOf('data', 'read')]).toEqual(['700', '700']);
    const open = modesIn('data');
    expect(open.map(([file]) => file)).toEqual(
      expect.arrayContaining(['log.sqlite', 'log.sqlite-wal', 'relay.sqlite', 'secret']),
    );
    expect(open.filter(([, mode]) => mode !== '600')).toEqual([]);
    await engine.close();
    expect([modeOf('data', 'log.sqlite'), modeOf('data', 'relay.sqlite')]).toEqual(['600', '600']);
  });

  it('keeps the modes that somebody gave it', async () => {
    await (await filled('data')).close();
    chmodSync(at('data'), 0o750);
    chmodSync(at('data', 'log.sqlite'), 0o640);
    const engine = await filled('data');
    expect([modeOf('data'), modeOf('data', 'log.sqlite'), modeOf('data', 'log.sqlite-wal')]).toEqual([
      '750',
      '640',
      '640',
    ]);
    await engine.close();
  });

  it('has private files also where the folder was made by somebody else', async () => {
    mkdirSync(at('shared'), { mode: 0o755 });
    await (await filled('shared')).close();
    expect([modeOf('shared'), modeOf('shared', 'log.sqlite'), modeOf('shared', 'read')]).toEqual([
      '755',
      '600',
      '700',
    ]);
  });
});

describe('copies of a log', () => {
  it('are their owner’s alone: a backup, an export, and a log made of it', async () => {
    const engine = await filled('data');
    await backUp(settings('data'), at('backup'));
    await exportLog(engine.events, at('log.ndjson'));
    await engine.close();
    makeDataFolder(at('new'));
    await importLog(settings('new'), at('log.ndjson'));
    expect(modeOf('backup')).toBe('700');
    expect(modesIn('backup').filter(([, mode]) => mode !== '600')).toEqual([]);
    expect([modeOf('log.ndjson'), modeOf('new'), modeOf('new', 'log.sqlite')]).toEqual(['600', '700', '600']);
  });
});

describe('a file for its owner alone', () => {
  it('is made empty, and left alone where it is there', () => {
    expect(ownersOnly(at('a'))).toBe(at('a'));
    expect([readFileSync(at('a'), 'utf8'), modeOf('a')]).toEqual(['', '600']);
    writeFileSync(at('b'), 'kept');
    chmodSync(at('b'), 0o644);
    ownersOnly(at('b'));
    expect([readFileSync(at('b'), 'utf8'), modeOf('b')]).toEqual(['kept', '644']);
  });

  it('is nobody’s where it can’t be made, which is said by who opens it', async () => {
    expect(ownersOnly(at('none', 'a'))).toBe(at('none', 'a'));
    writeFileSync(at('file'), '');
    await expect(openEngine(settings(join('file', 'data')))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
