import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ImportReport } from '../../libs/importing/index.ts';
import type { MetricAnswer } from '../../libs/metrics/define.ts';
import { eventsIn, leadfold, newFolder } from './cli-child.ts';

jest.setTimeout(90_000);

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
let data: string;
beforeEach(() => {
  data = join(folder, `data-${++number}`);
});

const write = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const header = 'mql_id,first_contact_date,landing_page_id,origin';
const lead = (n: number, day: string, origin: string): string =>
  `${n.toString(16).padStart(32, '0')},${day},${'a'.repeat(32)},${origin}`;
const leads = [
  header,
  lead(1, '2018-02-01', 'social'),
  lead(2, '2018-02-03', 'paid_search'),
  lead(3, '2018-03-01', 'social'),
].join('\n');

const importing = (...words: readonly string[]): ReturnType<typeof leadfold> =>
  leadfold(['import', ...words, '--as', 'olist', '--data', data]);
const report = async (...words: readonly string[]): Promise<ImportReport> => {
  const { code, out, err } = await importing(...words, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as ImportReport;
};

describe('leadfold import', () => {
  const file = write('leads.csv', leads);

  it('appends a file once, however often it is imported', async () => {
    const first = await report(file);
    expect(first.total).toMatchObject({ rows: 3, duplicates: 0, refused: 0 });
    expect(first.total.appended).toBe(eventsIn(data));
    const again = await report(file);
    expect(again.total).toMatchObject({ rows: 3, appended: 0, duplicates: first.total.appended });
    expect(eventsIn(data)).toBe(first.total.appended);
    const { out } = await leadfold(['query', 'close-rate', '--by', 'origin', '--json', '--data', data]);
    const { rows } = JSON.parse(out) as MetricAnswer;
    expect(rows.map(({ by, leads: found }) => [by['origin'], found])).toEqual([
      ['paid_search', 1],
      ['social', 2],
    ]);
    expect((await leadfold(['verify', '--data', data])).code).toBe(0);
  });

  it('tells a person how it went, in a table and a line', async () => {
    const { code, out, err } = await importing(file);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^file +kind +rows +appended +duplicates +ignored +refused\n─+\n.*leads\.csv +qualified-leads +3 /,
    );
    expect(err).toMatch(/^\d+ events appended in [\d.]+ s, batch [0-9a-f-]{36}\n$/);
  });

  it('reads gzipped files, and knows the same rows again', async () => {
    await report(file);
    const gzipped = write('leads.csv.gz', gzipSync(leads));
    expect((await report(gzipped)).total.appended).toBe(0);
  });

  it('counts as if and appends nothing in a dry run', async () => {
    const { total, dryRun } = await report(file, '--dry-run');
    expect({ dryRun, rows: total.rows }).toEqual({ dryRun: true, rows: 3 });
    expect(eventsIn(data)).toBe(0);
    expect((await importing(file, '--dry-run')).err).toContain('dry run: nothing was appended');
    expect((await report(file)).total.appended).toBe(total.appended);
  });

  it('leaves nothing behind where nothing was appended: no folder, no log', async () => {
    const dry = await importing(file, '--dry-run', '--json');
    expect((JSON.parse(dry.out) as ImportReport).total.rows).toBe(3);
    const refused = await importing(write('other.csv', 'id,name\n1,x\n'));
    const rejects = await importing(file, '--rejects', join(folder, 'missing', 'refused.csv'));
    expect([dry.code, refused.code, rejects.code]).toEqual([0, 1, 1]);
    expect(rejects.err).toContain("refused rows can't be written there: the folder is missing");
    expect(existsSync(data)).toBe(false);
  });

  it('does a dry run against what the log holds', async () => {
    const { total } = await report(file);
    const dry = await report(file, '--dry-run');
    expect(dry.total).toMatchObject({ appended: 0, duplicates: total.appended });
  });

  it('keeps the good rows, names the refused ones and writes them to a file', async () => {
    const mixed = write(
      'mixed.csv',
      [leads, lead(4, 'last summer', 'social'), lead(5, '2018-02-30', 'email')].join('\n'),
    );
    const rejects = join(folder, 'refused.csv');
    const { code, err } = await importing(mixed, '--rejects', rejects);
    expect(code).toBe(0);
    expect(err).toMatch(/refused .*mixed\.csv:5: first_contact_date: .*last summer/);
    expect(err).toMatch(/refused .*mixed\.csv:6: first_contact_date: /);
    expect(err).toContain(`refused rows are in ${rejects}`);
    const rows: string[][] = parse(readFileSync(rejects));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual(['line', 'reason', ...header.split(',')]);
    expect(rows[1]?.[0]).toBe('5');
    expect((await report(file)).total.appended).toBe(0);
  });

  it('names ten refused rows at most, and says how to get them all', async () => {
    const bad = write(
      'bad.csv',
      [header, ...Array.from({ length: 30 }, (_, n) => lead(n, 'never', 'x'))].join('\n'),
    );
    const { err } = await importing(bad);
    expect(err.match(/^refused /gm)).toHaveLength(10);
    expect(err).toContain('and 20 more refused; --rejects FILE writes them all');
  });

  it('keeps what it took of a file that breaks off, says so, and goes on when the file is whole', async () => {
    const many = [header, ...Array.from({ length: 4_000 }, (_, n) => lead(n, '2018-02-01', 'social'))].join(
      '\n',
    );
    const whole = gzipSync(many);
    const cut = write('cut.csv.gz', whole.subarray(0, whole.length / 2));
    const { code, out, err } = await importing(cut);
    expect(code).toBe(1);
    expect(err).toMatch(/^leadfold: .*cut\.csv\.gz: .*gzip.*$/m);
    expect(out).toMatch(/cut\.csv\.gz +qualified-leads +[\d,]+ /);
    const taken = eventsIn(data);
    const { total } = await report(write('whole.csv.gz', whole));
    expect(total.appended + taken).toBe(eventsIn(data));
    expect(total.rows).toBe(4_000);
  });
});

describe('the real data', () => {
  const olist = '../shared/data/olist';
  const real = existsSync(olist) ? it : it.skip;
  if (!existsSync(olist)) console.info(`skipped: ${olist} is not there`);

  real('gives the known answers, and nothing new the second time', async () => {
    const files = ['marketing_qualified_leads', 'closed_deals'].map(
      name => `${olist}/olist_${name}_dataset.csv`,
    );
    await report(...files);
    expect((await report(...files.toReversed())).total.appended).toBe(0);
    const { out } = await leadfold(['query', 'close-rate', '--json', '--data', data]);
    expect((JSON.parse(out) as MetricAnswer).rows).toEqual([
      expect.objectContaining({ leads: 8_000, won: 842, closeRate: 0.10525 }),
    ]);
  });
});
