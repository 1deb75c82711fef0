import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ImportReport } from '../../../libs/importing/index.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { imports } from '../../../imports/index.ts';
import { run } from '../run.ts';
import { fakeTerminal, runIn, type Ran } from '../testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (name: string): string => join(folder.path, name);
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(at(name), content);
  return at(name);
};
const on = (...words: readonly string[]): Promise<Ran> => runIn(at('data'))('import', ...words);
const reported = ({ out }: Ran): ImportReport => JSON.parse(out) as ImportReport;

const header = 'mql_id,first_contact_date,landing_page_id,origin\n';
const lead = (id: string, day = '2018-02-01', origin = 'social'): string => `${id},${day},page-1,${origin}\n`;
const leads = (count: number): string =>
  header + Array.from({ length: count }, (_, n) => lead(`lead${n}`)).join('');
const olist = ['--as', 'olist'] as const;

describe('leadfold import', () => {
  it('says the same in a table and as JSON, and appends once', async () => {
    const file = write('leads.csv', leads(3));
    const first = await on(file, ...olist);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(
      /^file +kind +rows +appended +duplicates +ignored +refused\n─+\nleads\.csv +qualified-leads +3 +6 +0 +0 +0\n$/,
    );
    expect(first.err).toMatch(/^6 events appended in \d+\.\d s, batch [0-9a-f-]{36}\n$/);
    const again = reported(await on(file, ...olist, '--json'));
    expect(again.total).toEqual({ rows: 3, appended: 0, duplicates: 6, ignored: 0, refused: 0 });
  });

  it('has a line for each of several files, and their sum', async () => {
    const files = [write('a.csv', leads(2)), write('b.csv.gz', gzipSync(leads(3)))];
    const { out } = await on(...files, ...olist);
    expect(
      out
        .trimEnd()
        .split('\n')
        .slice(2)
        .map(line => line.split(/ {2,}/).slice(0, 4)),
    ).toEqual([
      ['a.csv', 'qualified-leads', '2', '4'],
      ['b.csv.gz', 'qualified-leads', '3', '2'],
      ['total', '5', '6', '4'],
    ]);
  });

  it('names refused rows on stderr, writes them where it is told to, and still ends well', async () => {
    const file = write('leads.csv', header + lead('a') + lead('b', 'never') + lead('c'));
    const { code, out, err } = await on(file, ...olist, '--rejects', at('refused.csv'));
    expect([code, out.includes('never')]).toEqual([0, false]);
    expect(err).toContain(`refused ${file}:3: first_contact_date: "never" is no date`);
    expect(err).toContain(`refused rows are in ${at('refused.csv')}`);
    expect(readFileSync(at('refused.csv'), 'utf8').split('\n')[1]).toMatch(/^3,.*,b,never,page-1,social$/);
  });

  it('names ten of many, and how many more there are', async () => {
    const file = write('leads.csv', header + lead('x', 'never').repeat(25));
    const { err } = await on(file, ...olist);
    expect(err.match(/^refused /gm)).toHaveLength(10);
    expect(err).toContain('and 15 more refused; --rejects FILE writes them all');
  });

  it('reports as if in a dry run, and leaves nothing behind', async () => {
    const file = write('leads.csv', leads(4));
    const dry = await on(file, ...olist, '--dry-run', '--json');
    expect(reported(dry)).toMatchObject({ dryRun: true, total: { rows: 4, appended: 8 } });
    expect(dry.err).toContain('dry run: nothing was appended');
    expect(existsSync(at('data'))).toBe(false);
    await on(file, ...olist);
    const before = statSync(at('data/log.sqlite')).size;
    expect(reported(await on(file, ...olist, '--dry-run', '--json')).total).toMatchObject({ duplicates: 8 });
    expect(statSync(at('data/log.sqlite')).size).toBe(before);
  });

  it('stops at Ctrl-C, says so, and goes on from there', async () => {
    const file = write('leads.csv', leads(12_000));
    const terminal = fakeTerminal();
    const running = run(['import', file, ...olist, '--json', '--data', at('data')], terminal);
    const { signal } = terminal;
    // As soon as the log is there; the rows under way are taken.
    while (!existsSync(at('data/log.sqlite'))) await new Promise(resolve => setTimeout(resolve, 1));
    terminal.stop();
    expect([await running, signal.aborted]).toEqual([130, true]);
    const stopped = JSON.parse(terminal.out()) as ImportReport;
    expect([stopped.aborted, stopped.total.rows < 12_000]).toEqual([true, true]);
    expect(terminal.err()).toContain('the same command goes on from there');
    const { total } = reported(await on(file, ...olist, '--json'));
    expect(total).toMatchObject({ rows: 12_000, duplicates: stopped.total.appended, refused: 0 });
    expect(total.appended + total.duplicates).toBe(24_000);
  });

  it('tells what it took of a file that breaks off before it says so', async () => {
    const whole = gzipSync(leads(20_000));
    const file = write('leads.csv.gz', whole.subarray(0, whole.length / 2));
    const { code, out, err } = await on(file, ...olist, '--json');
    expect(code).toBe(1);
    expect(err).toMatch(
      /leadfold: .*leads\.csv\.gz: the gzip data end in the middle; the file was cut off\n$/,
    );
    expect(reported({ code, out, err }).total.appended).toBeGreaterThan(0);
  });
});

describe('an import that cannot begin', () => {
  const sources = imports.map(({ source }) => source).join(', ');

  it.each<[string, () => readonly string[], number, string]>([
    ['without a source', () => ['a.csv'], 2, "required option '--as <source>' not specified"],
    ['without a file', () => [...olist], 2, "missing required argument 'files'"],
    [
      'of an unknown source',
      () => ['a.csv', '--as', 'olsit'],
      2,
      `there is no source "olsit"; there are: ${sources}`,
    ],
    ['of a file that is not there', () => [at('none.csv'), ...olist], 1, 'none.csv: there is no such file'],
    ['of an empty file', () => [write('a.csv', ''), ...olist], 1, 'a.csv: is empty'],
    [
      'of other columns',
      () => [write('a.csv', 'a,b\n'), ...olist],
      1,
      'the columns are those of no file of olist',
    ],
    [
      'with refused rows over the file',
      () => [write('a.csv', leads(1)), ...olist, '--rejects', at('a.csv')],
      1,
      'is a file to import',
    ],
    [
      'with refused rows nowhere',
      () => [write('a.csv', leads(1)), ...olist, '--rejects', at('none/r.csv')],
      1,
      'the folder is missing',
    ],
  ])('%s says why, and makes no data folder', async (_, words, code, sentence) => {
    const ended = await on(...words());
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toMatch(/^leadfold: [^\n]+\n$/);
    expect(ended.err).toContain(sentence);
    expect(existsSync(at('data'))).toBe(false);
  });

  it('into a file in place of the data folder says so', async () => {
    write('data', 'a file');
    const { code, err } = await on(write('a.csv', leads(1)), ...olist);
    expect([code, err]).toEqual([
      2,
      `leadfold: ${at('data')} is a file, not a folder; give --data a folder\n`,
    ]);
  });
});
