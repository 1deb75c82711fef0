import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { run } from '../run.ts';
import { fakeTerminal, runIn, type Ran } from '../testing.ts';

const folder = temporaryFolder();
const data = join(folder.path, 'data');
const scratch = join(folder.path, 'scratch');
const at = (name: string): string => join(scratch, name);
const log = (...words: readonly string[]): Promise<Ran> => runIn(data)('log', ...words);
const eventsOf = async (where: string): Promise<string> => (await runIn(where)('events')).out;

beforeAll(async () => {
  await runIn(data)('demo', '--leads', '20', '--seed', 'log');
});
afterAll(() => folder.remove());
beforeEach(() => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
});

describe('leadfold log backup', () => {
  it('makes a data folder that says the same, and names what is in it', async () => {
    const { code, out, err } = await log('backup', at('copy'));
    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(/^log\.sqlite.* are in .*copy, and the log there is sound\n$/);
    expect(await eventsOf(at('copy'))).toBe(await eventsOf(data));
    expect((await runIn(at('copy'))('verify')).code).toBe(0);
    mkdirSync(at('other'));
    const { folder: made, files } = JSON.parse((await log('backup', at('other'), '--json')).out) as {
      readonly folder: string;
      readonly files: readonly string[];
    };
    expect([made, files.toSorted()]).toEqual([at('other'), readdirSync(at('other')).toSorted()]);
  });

  it('says that a secret of the settings has to be kept as well', async () => {
    const secret = 'a secret of the specs, long enough for it';
    const ended = await runIn(data, { LEADFOLD_SECRET: secret })('log', 'backup', at('copy'));
    expect(ended.err).toContain('LEADFOLD_SECRET is not in it; keep that as well');
    expect(ended.err).not.toContain(secret);
  });

  it('leaves nothing behind where it was stopped', async () => {
    const terminal = fakeTerminal();
    terminal.stop();
    expect(await run(['log', 'backup', at('copy'), '--data', data], terminal)).toBe(130);
    expect(terminal.err()).toBe('stopped; nothing was left behind\n');
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describe('leadfold log export', () => {
  it('writes a line for each event and one at the end, packed by the name', async () => {
    expect((await log('export', at('log.ndjson'))).err).toMatch(
      /^the log up to position [\d,]+ is in .*log\.ndjson\n$/,
    );
    await log('export', at('log.ndjson.gz'));
    const plain = readFileSync(at('log.ndjson'), 'utf8');
    expect(gunzipSync(readFileSync(at('log.ndjson.gz'))).toString()).toBe(plain);
    const events = (await eventsOf(data)).trimEnd().split('\n');
    const kinds = plain
      .trimEnd()
      .split('\n')
      .map(line => 'stream' in (JSON.parse(line) as object));
    expect(kinds.filter(Boolean)).toHaveLength(events.length);
    expect(kinds.at(-1)).toBe(false);
  });

  it('is imported again as the same log, in a folder that has none', async () => {
    await log('export', at('log.ndjson.gz'));
    const { code, err } = await runIn(at('new'))('log', 'import', at('log.ndjson.gz'));
    expect(code).toBe(0);
    expect(err).toMatch(
      /^[\d,]+ events are in .*new, and the log is sound\nbring along the file `secret` of the old folder/,
    );
    expect(await eventsOf(at('new'))).toBe(await eventsOf(data));
    const again = await runIn(at('new'))('log', 'import', at('log.ndjson.gz'));
    expect([again.code, again.out]).toEqual([1, '']);
    const { out } = await runIn(at('third'))('log', 'import', at('log.ndjson.gz'), '--json');
    const events = (await eventsOf(data)).trimEnd().split('\n').length;
    expect(JSON.parse(out)).toEqual({ events });
  });

  it('leaves nothing behind where it was stopped', async () => {
    const terminal = fakeTerminal();
    terminal.stop();
    expect(await run(['log', 'export', at('log.ndjson'), '--data', data], terminal)).toBe(130);
    expect([terminal.err(), readdirSync(scratch)]).toEqual(['stopped; nothing was left behind\n', []]);
  });
});

describe('an export that was changed', () => {
  const lines = (): string[] => readFileSync(at('log.ndjson'), 'utf8').trimEnd().split('\n');
  const imported = (changed: readonly string[]): Promise<Ran> => {
    writeFileSync(at('changed.ndjson'), `${changed.join('\n')}\n`);
    return runIn(at('new'))('log', 'import', at('changed.ndjson'));
  };
  beforeEach(async () => {
    await log('export', at('log.ndjson'));
  });

  it.each<[string, (all: string[]) => readonly string[]]>([
    ['by a line less', all => all.toSpliced(10, 1)],
    ['by two lines that change places', all => all.toSpliced(10, 2, all[11]!, all[10]!)],
    ['by a line that is there twice', all => all.toSpliced(10, 0, all[10]!)],
    ['by a letter', all => all.map((line, n) => (n === 10 ? line.replace('demo-', 'dema-') : line))],
    ['by its end', all => all.slice(0, -1)],
    ['by half of a line', all => [...all.slice(0, 20), all[20]!.slice(0, 30)]],
    ['by what follows it', all => [...all, all[3]!]],
  ])('%s is refused, and nothing of it is kept', async (_, change) => {
    const { code, out, err } = await imported(change(lines()));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^leadfold: [^\n]+\n$/);
    expect(err).not.toContain('unexpected');
    expect(existsSync(at('new/log.sqlite'))).toBe(false);
  });
});

describe('copies that cannot be', () => {
  it.each<[string, () => readonly string[], string]>([
    ['a backup over something', () => ['backup', scratch + '/..'], 'empty'],
    ['an export over something', () => ['export', (writeFileSync(at('x'), 'x'), at('x'))], 'x'],
    ['an export into no folder', () => ['export', at('none/x')], 'none'],
    ['an import over a log', () => ['import', at('none.ndjson')], 'holds a log already'],
  ])('%s', async (_, words, sentence) => {
    const { code, out, err } = await log(...words());
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^leadfold: [^\n]+\n$/);
    expect(err).toContain(sentence);
    if (existsSync(at('x'))) expect(readFileSync(at('x'), 'utf8')).toBe('x');
  });

  it('an import of nothing', async () => {
    const { code, err } = await runIn(at('new'))('log', 'import', at('none.ndjson'));
    expect([code, err]).toEqual([1, expect.stringContaining('none.ndjson')]);
  });

  it.each(['backup', 'export'])('%s of a folder without a log fails, and makes nothing', async verb => {
    const { code, err } = await runIn(at('empty'))('log', verb, at('copy'));
    expect([code, err.includes('there is no log in')]).toEqual([1, true]);
    expect(readdirSync(scratch)).toEqual([]);
  });
});
