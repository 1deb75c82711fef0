import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { eventsIn, freePort, leadfold, newFolder, start } from './cli-child.ts';
import { send } from './http-server.ts';

jest.setTimeout(120_000);

const folder = newFolder();
const at = (...names: readonly string[]): string => join(folder, ...names);
const data = at('data');
const sound = async (dataDir: string): Promise<void> => {
  const { code, out } = await leadfold(['verify', '--data', dataDir]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^ok: the log’s [\d,]+ events are sound/)]);
};

beforeAll(async () => {
  await leadfold(['demo', '--leads', '60', '--data', data]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('leadfold log backup', () => {
  it('copies a folder that is served and written to, and the copy is served in its place', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = start(['serve', '--data', data], { LEADFOLD_PORT: port });
    await server.says('Leadfold listens');
    await send(`${url}/v1/leads`, { body: { id: 'before', email: 'before@example.org' } });
    const { code, out, err } = await leadfold(['log', 'backup', at('backup'), '--data', data]);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(/log\.sqlite, .*secret are in .*backup, and the log there is sound\n$/);
    await send(`${url}/v1/leads`, { body: { id: 'after' } });
    server.process.kill('SIGKILL');
    await server.ended;

    await sound(at('backup'));
    const restored = start(['serve', '--data', at('backup')], { LEADFOLD_PORT: port });
    await restored.says('Leadfold listens');
    const found = await send(`${url}/v1/leads/lookup`, { body: { email: 'before@example.org' } });
    expect(found.json.id).toBe('before');
    expect((await send(`${url}/v1/events?leadId=after`, {})).json.data).toEqual([]);
    restored.process.kill('SIGTERM');
    expect((await restored.ended).code).toBe(0);
  });

  it('says what it made as JSON', async () => {
    const { out } = await leadfold(['log', 'backup', at('json'), '--data', data, '--json']);
    expect(JSON.parse(out)).toEqual({
      folder: at('json'),
      files: expect.arrayContaining(['log.sqlite', 'secret']),
    });
  });
});

describe('leadfold log export and import', () => {
  it('make the same log anew in another folder', async () => {
    const exported = await leadfold(['log', 'export', at('log.ndjson.gz'), '--data', data]);
    expect([exported.code, exported.err]).toEqual([
      0,
      expect.stringMatching(/^the log up to position [\d,]+ is in /),
    ]);
    const lines = gunzipSync(readFileSync(at('log.ndjson.gz')))
      .toString()
      .trim()
      .split('\n');
    expect(lines).toHaveLength(eventsIn(data) + 2);

    const imported = await leadfold(['log', 'import', at('log.ndjson.gz'), '--data', at('new')]);
    expect([imported.code, imported.err]).toEqual([0, expect.stringMatching(/events are in .*\n.*`secret`/)]);
    const [old, anew] = await Promise.all(
      [data, at('new')].map(one => leadfold(['events', '--data', one]).then(({ out }) => out)),
    );
    expect(anew).toBe(old);
    cpSync(join(data, 'secret'), at('new', 'secret'));
    await sound(at('new'));
  });
});

describe('copies that can’t be', () => {
  beforeAll(() => {
    writeFileSync(at('text'), 'Dear diary\n');
    writeFileSync(at('cut.ndjson'), '{"format":"leadfold-log","version":1}\n');
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ['a backup into itself', ['backup', data], 1, /data is not empty/],
    ['a backup of nothing', ['backup', at('x'), '--data', at('none')], 1, /there is no log/],
    ['a backup to nowhere', ['backup'], 2, /missing required argument 'dir'/],
    ['a backup below a file', ['backup', at('text', 'x')], 1, /a file is in its place/],
    ['an export to a file that is there', ['export', at('text')], 1, /text is there already/],
    ['an export of nothing', ['export', at('x'), '--data', at('none')], 1, /there is no log/],
    ['an export into no folder', ['export', at('none', 'x')], 1, /no such file or folder/],
    ['an import over a log', ['import', at('cut.ndjson')], 1, /holds a log already/],
    ['an import of a text', ['import', at('text'), '--data', at('y')], 1, /line 1 is no JSON/],
    ['an import of half', ['import', at('cut.ndjson'), '--data', at('y')], 1, /line 2 is missing/],
    ['an import of no file', ['import', at('nowhere'), '--data', at('y')], 1, /no such file or folder/],
    ['something else', ['frob'], 2, /unknown command 'frob'/],
  ])('%s is refused in a sentence', async (_, words, code, sentence) => {
    const before = eventsIn(data);
    const given = words.includes('--data') ? words : [...words, '--data', data];
    const ended = await leadfold(['log', ...given]);
    expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
    expect(ended.err).toMatch(sentence);
    expect(ended.err.trimEnd().split('\n')).toHaveLength(1);
    expect(eventsIn(data)).toBe(before);
    expect(existsSync(at('x'))).toBe(false);
    if (existsSync(at('y'))) expect(readdirSync(at('y'))).toEqual([]);
  });
});

it('leadfold log alone shows what there is', async () => {
  const { code, out, err } = await leadfold(['log']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^Usage: leadfold log [^]*backup[^]*export[^]*import/);
  expect(err).not.toContain('outputHelp');
});
