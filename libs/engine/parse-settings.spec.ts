import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultWorkspace } from '../projecting/workspace.ts';
import { InvalidSettings, parseSettings } from './parse-settings.ts';
import { roles } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('parseSettings', () => {
  it('has a default for everything', () => {
    expect(parseSettings({})).toEqual({
      dataDir: './data',
      roles: new Set(roles),
      host: '127.0.0.1',
      port: 3000,
      timeZone: 'UTC',
      eventStore: { kind: 'sqlite' },
      readStore: { kind: 'sqlite' },
      mongoBatch: 1_000,
      workspace: defaultWorkspace,
      lifecycle: {
        source: 'urn:leadfold',
        stages: defaultWorkspace.stages.map(({ name }) => name),
        qualifiedStage: 'mql',
      },
      kafka: null,
      webhookNetworks: [],
      secret: null,
      apiKeys: null,
      rateLimit: 100,
    });
  });

  it('takes what the environment says', () => {
    const settings = parseSettings({
      LEADFOLD_DATA: '/srv/leads',
      LEADFOLD_ROLES: 'api, projector',
      LEADFOLD_HOST: '::1',
      LEADFOLD_PORT: '8080',
      LEADFOLD_TIME_ZONE: 'America/Sao_Paulo',
      LEADFOLD_SECRET: 'x'.repeat(32),
    });
    expect(settings).toMatchObject({
      dataDir: '/srv/leads',
      host: '::1',
      port: 8080,
      timeZone: 'America/Sao_Paulo',
    });
    expect([...settings.roles]).toEqual(['api', 'projector']);
    expect(settings.secret).toBe('x'.repeat(32));
  });

  it('lets the command line decide on the folder', () => {
    expect(parseSettings({ LEADFOLD_DATA: '/srv/leads' }, { data: '/tmp/other' }).dataDir).toBe('/tmp/other');
  });

  it('counts an empty variable as left out, and ignores what is not ours', () => {
    expect(parseSettings({ LEADFOLD_PORT: '', PATH: '/bin', NODE_ENV: 'production' }).port).toBe(3000);
  });

  it('reads stages and bounds from the configuration file', () => {
    const path = file('ok.json', '{ "plausible": { "amountBelow": 500000 } }');
    const { workspace } = parseSettings({ LEADFOLD_CONFIG: path });
    expect(workspace).toEqual({ ...defaultWorkspace, plausible: { amountBelow: 500000 } });
  });

  it('takes API keys as entries or from a file', () => {
    const entry = `shop:read+write:sha256-${'a'.repeat(64)}`;
    const path = file('keys', `# the web shop\n${entry}\n`);
    for (const [setting, from] of [
      [entry, null],
      [`@${path}`, path],
    ] as const) {
      const { apiKeys } = parseSettings({ LEADFOLD_API_KEYS: setting });
      expect(apiKeys).toMatchObject({
        file: from,
        keys: [{ name: 'shop', scopes: new Set(['read', 'write']) }],
      });
    }
  });

  it.each([
    'mongodb://localhost',
    'mongodb://ann:pw@a:1,b:2/leads?replicaSet=r',
    'mongodb+srv://x.example/leads',
  ])('takes the connection string %s for the read models', url => {
    const { readStore } = parseSettings({ LEADFOLD_READ_STORE: url });
    expect(readStore).toEqual({ kind: 'mongodb', url });
  });

  it('takes a number of operations', () => {
    expect(parseSettings({ LEADFOLD_MONGO_BATCH: '100' }).mongoBatch).toBe(100);
  });

  it('takes a rate limit, 0 being none', () => {
    expect(parseSettings({ LEADFOLD_RATE_LIMIT: '0' }).rateLimit).toBe(0);
    expect(parseSettings({ LEADFOLD_RATE_LIMIT: '2500' }).rateLimit).toBe(2500);
  });

  it('never repeats what may be a key', () => {
    const key = `lf_${'k3y'.repeat(14)}x`;
    for (const setting of [key, `shop:read:${key}`, `shop:${key}`]) {
      const refused = (): unknown => parseSettings({ LEADFOLD_API_KEYS: setting });
      expect(refused).toThrow(/LEADFOLD_API_KEYS: entry 1/);
      expect(refused).not.toThrow(/k3yk3y/);
    }
  });

  it.each([
    ['a port that is no number', { LEADFOLD_PORT: 'http' }, /LEADFOLD_PORT/],
    ['a port out of range', { LEADFOLD_PORT: '70000' }, /LEADFOLD_PORT/],
    ['an unknown role', { LEADFOLD_ROLES: 'api,baker' }, /"baker" is no role; roles are api, projector/],
    ['no role at all', { LEADFOLD_ROLES: ',' }, /"" is no role/],
    ['an unknown time zone', { LEADFOLD_TIME_ZONE: 'Mars/Olympus' }, /Mars\/Olympus.*Europe\/Berlin/],
    ['a short secret', { LEADFOLD_SECRET: 'abc' }, /32 characters/],
    ['API keys that are none', { LEADFOLD_API_KEYS: 'abc' }, /LEADFOLD_API_KEYS: entry 1 is not name:scope/],
    ['no API keys', { LEADFOLD_API_KEYS: ' , ' }, /LEADFOLD_API_KEYS: holds no entry/],
    [
      'a file of API keys that is not there',
      { LEADFOLD_API_KEYS: `@${join(folder, 'none')}` },
      /LEADFOLD_API_KEYS.*none/,
    ],
    [
      'a read store of another kind',
      { LEADFOLD_READ_STORE: 'mysql://x' },
      /LEADFOLD_READ_STORE: must be "sqlite"/,
    ],
    ['a read store without a host', { LEADFOLD_READ_STORE: 'mongodb:///x' }, /LEADFOLD_READ_STORE/],
    ['no operations', { LEADFOLD_MONGO_BATCH: '0' }, /LEADFOLD_MONGO_BATCH: must be a number/],
    ['too many operations', { LEADFOLD_MONGO_BATCH: '100001' }, /LEADFOLD_MONGO_BATCH/],
    ['a rate that is no number', { LEADFOLD_RATE_LIMIT: 'many' }, /LEADFOLD_RATE_LIMIT: must be a whole/],
    ['a negative rate', { LEADFOLD_RATE_LIMIT: '-1' }, /LEADFOLD_RATE_LIMIT: must be a whole/],
    [
      'a misspelt variable',
      { LEADFOLD_PROT: '3000' },
      /unknown setting LEADFOLD_PROT; settings are .*LEADFOLD_PORT/,
    ],
    [
      'a configuration file that is not there',
      { LEADFOLD_CONFIG: join(folder, 'none.json') },
      /LEADFOLD_CONFIG.*none\.json/,
    ],
    [
      'a configuration file that is no JSON',
      { LEADFOLD_CONFIG: file('bad.json', '{ stages }') },
      /bad\.json.*JSON/,
    ],
    [
      'a configuration with an unknown member',
      { LEADFOLD_CONFIG: file('odd.json', '{ "stage": [] }') },
      /odd\.json: \/stage/,
    ],
  ])('refuses %s with a sentence', (_, environment, sentence) => {
    expect(() => parseSettings(environment)).toThrow(InvalidSettings);
    expect(() => parseSettings(environment)).toThrow(sentence);
  });

  it('names every wrong variable at once', () => {
    expect(() => parseSettings({ LEADFOLD_PORT: 'x', LEADFOLD_ROLES: 'y' })).toThrow(
      /LEADFOLD_ROLES.*LEADFOLD_PORT|LEADFOLD_PORT.*LEADFOLD_ROLES/,
    );
  });
});
