import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDefinitions, type Definitions } from './definitions.ts';
import { api, readHeld, readRegistry, registryStamp, writeRegistry, type Registered } from './registry.ts';

let dataDir: string;
let opened: Definitions | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'leadfold-'));
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
  rmSync(dataDir, { recursive: true });
});

const registered = (name: string, change: Partial<Registered> = {}): Registered => {
  const folder = join(name, 'h1');
  mkdirSync(join(dataDir, 'definitions', folder), { recursive: true });
  writeFileSync(join(dataDir, 'definitions', folder, 'x.ts'), '');
  return {
    ...{
      name,
      version: 1,
      description: '',
      dimensions: {},
      measures: [],
      indexes: [],
      summaries: [],
      workspace: [],
      exported: 'default',
    },
    ...{ types: { PageViewed: 'lead' }, initialState: {}, hash: 'h1', folder, entry: 'x.ts' },
    ...{ from: `/home/ann/${name}.ts`, addedAt: 0, api },
    ...change,
  };
};

describe('the registry', () => {
  it('is empty until it is written, and then says what was written', () => {
    expect([readRegistry(dataDir), registryStamp(dataDir)]).toEqual([[], '']);
    const one = registered('a');
    writeRegistry(dataDir, [one]);
    expect(readRegistry(dataDir)).toEqual([one]);
    expect(readdirSync(join(dataDir, 'definitions')).sort()).toEqual(['a', 'registry.json']);
    const stamp = registryStamp(dataDir);
    writeRegistry(dataDir, [one]);
    expect(registryStamp(dataDir)).not.toBe(stamp);
  });

  it('keeps what is held apart from what is registered', () => {
    const [one, other] = [registered('a'), registered('a', { hash: 'h2' })];
    writeRegistry(dataDir, [one], [other]);
    expect([readRegistry(dataDir), readHeld(dataDir)]).toEqual([[one], [other]]);
    writeRegistry(dataDir, [one]);
    expect(readHeld(dataDir)).toEqual([]);
  });

  it('of a Leadfold that could not hold anything is read as well', () => {
    writeRegistry(dataDir, []);
    const file = join(dataDir, 'definitions', 'registry.json');
    writeFileSync(file, JSON.stringify({ format: 1, projections: [registered('a')] }));
    expect([readRegistry(dataDir).length, readHeld(dataDir)]).toEqual([1, []]);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"format":2,"projections":[]}',
    '{"format":1}',
    '{"format":1,"projections":[],"held":{}}',
  ])('says when it is %j', text => {
    writeRegistry(dataDir, []);
    writeFileSync(join(dataDir, 'definitions', 'registry.json'), text);
    expect(() => readRegistry(dataDir)).toThrow(/registry\.json is damaged; delete it/);
  });
});

describe('the definitions of a workspace', () => {
  const open = (options: Partial<Parameters<typeof openDefinitions>[0]> = {}): Definitions =>
    (opened = openDefinitions({ dataDir, ...options }));
  const names = (): readonly string[] => opened!.projections().map(({ name }) => name);

  it('are those that are registered and have their files, made for this Leadfold', () => {
    writeRegistry(dataDir, [
      registered('a'),
      registered('b', { api: api + 1 }),
      registered('c', { entry: 'gone.ts' }),
    ]);
    const told: unknown[] = [];
    open({ log: (level, message, fields) => told.push([level, message, fields?.['projection']]) });
    expect(names()).toEqual(['a']);
    expect(told).toEqual([
      ['warn', expect.stringContaining('another Leadfold'), 'b'],
      ['warn', expect.stringContaining('lost its files'), 'c'],
    ]);
  });

  it('hold a candidate in the place of the one of its name', () => {
    writeRegistry(dataDir, [registered('a'), registered('b')]);
    open({ candidate: registered('a', { hash: 'h2' }) });
    expect(opened!.projections().map(({ name, hash }) => [name, hash])).toEqual([
      ['b', 'h1'],
      ['a', 'h2'],
    ]);
  });

  it('change within a second after the registry does, and keep those that stay', async () => {
    writeRegistry(dataDir, [registered('a'), registered('b')]);
    open();
    const [a] = opened!.projections();
    const change = new Promise<readonly string[]>(resolve =>
      opened!.watch(removed => {
        resolve(removed);
        return Promise.resolve();
      }),
    );
    writeRegistry(dataDir, [registered('a'), registered('c')]);
    expect(await change).toEqual(['b']);
    expect(names()).toEqual(['a', 'c']);
    expect(opened!.projections()[0]).toBe(a);
  });

  it('tell again of a change that could not be followed', async () => {
    open();
    let times = 0;
    const followed = new Promise<void>(resolve =>
      opened!.watch(() => {
        if (++times === 1) return Promise.reject(new Error('away'));
        resolve();
        return Promise.resolve();
      }),
    );
    writeRegistry(dataDir, [registered('a')]);
    await followed;
    expect([times, names()]).toEqual([2, ['a']]);
  });
});
