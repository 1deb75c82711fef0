import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventsIn, leadfold, newFolder, type Ended } from './cli-child.ts';
import { leadfoldHere } from './cli-here.ts';

const folder = newFolder();
const data = join(folder, 'data');
const at = (name: string): string => join(folder, name);

const header = 'mql_id,first_contact_date,landing_page_id,origin';
const row = `${'b'.repeat(32)},2018-02-01,${'a'.repeat(32)},social`;

beforeAll(async () => {
  await leadfoldHere(['demo', '--leads', '20', '--data', data]);
  writeFileSync(at('leads.csv'), `${header}\n${row}\n`);
  writeFileSync(at('empty.csv'), '');
  writeFileSync(at('columns.csv'), 'mql_id,origin\nx,y\n');
  writeFileSync(at('more.csv'), `${header},shoe_size\n${row},42\n`);
  writeFileSync(at('utf16.csv'), Buffer.from(`${header}\n${row}\n`, 'utf16le'));
  writeFileSync(at('binary.csv'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe, 0, 1, 2, 3]));
  writeFileSync(at('cut.csv.gz'), gzipSync(`${header}\n${row}\n`).subarray(0, 20));
  mkdirSync(at('folder.csv'));
  writeFileSync(at('file'), 'a file');
  mkdirSync(at('corrupt'));
  writeFileSync(at('corrupt/log.sqlite'), 'this was a log once\n'.repeat(500));
  writeFileSync(at('config.json'), '{ "stages": "many" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly words: readonly string[];
  readonly code: 1 | 2;
  /** What the sentence has to say. */
  readonly says: RegExp;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it is run as a process of its own, which takes long; the others are run in this one. */
  readonly alone?: boolean;
}

const usage = (says: RegExp, ...words: readonly string[]): Case => ({ words, code: 2, says });
const failed = (says: RegExp, ...words: readonly string[]): Case => ({ words, code: 1, says });
const setting = (says: RegExp, environment: Readonly<Record<string, string>>): Case => ({
  words: ['serve'],
  code: 2,
  says,
  environment,
});
const alone = (one: Case): Case => ({ ...one, alone: true });
const olist = ['--as', 'olist'] as const;

const cases: readonly Case[] = [
  alone(usage(/unknown command 'frobnicate'; see leadfold --help/, 'frobnicate')),
  usage(/unknown command 'close-rate'; that is a metric: leadfold query close-rate/, 'close-rate', '--json'),
  usage(/unknown command 'qurey' \(Did you mean query\?\)/, 'qurey'),
  usage(
    /unknown option '--form' \(Did you mean --from\?\); see leadfold query --help/,
    'query',
    'funnel',
    '--form',
    'x',
  ),
  usage(/neither a date/, 'query', 'churn', '--from', "2026-01-01'; DROP TABLE events"),
  alone(usage(/unknown dimension "__proto__"/, 'query', 'revenue', '--by', '__proto__')),
  usage(/unknown dimension "constructor"/, 'query', 'funnel', '--where', 'constructor:x'),
  usage(/no metric "__proto__"/, 'query', '__proto__'),
  usage(/unknown grain "constructor"/, 'query', 'churn', '--grain', 'constructor'),
  usage(/no dimension "__proto__"/, 'explain', 'lead-funnel', '--where', '__proto__:x'),
  usage(/whole number, 1 to/, 'query', 'churn', '--inactive-days', '0'),
  usage(/revenue has no --inactive-days; that is for churn/, 'query', 'revenue', '--inactive-days', '90'),
  usage(/retention, funnel|unknown grain "day"/, 'query', 'retention', '--grain', 'day'),
  usage(/2 to 10/, 'query', 'funnel', '--events', 'EmailSent'),
  usage(/EmailRead/, 'query', 'funnel', '--events', 'EmailSent,EmailRead'),
  usage(/ordered, strict/, 'query', 'funnel', '--events', 'EmailSent,EmailOpened', '--order', 'loose'),
  usage(/events/, 'query', 'funnel', '--order', 'strict'),
  usage(/--json and --csv/, 'events', '--json', '--csv'),
  usage(/--json and --csv/, 'explain', 'lead-funnel', '--json', '--csv'),
  usage(/--json and --csv/, 'projections', '--json', '--csv'),
  usage(/missing required argument 'name'/, 'projections', 'cells'),
  usage(/no projection "nosuch"; there are: .*lead-funnel/, 'projections', 'cells', 'nosuch'),
  usage(/no dimension "colour"; it has: entered/, 'projections', 'cells', 'lead-funnel', '--by', 'colour'),
  usage(/origin is no dimension of days/, 'projections', 'cells', 'lead-funnel', '--by', 'origin:month'),
  usage(/day, month or year, not by "week"/, 'projections', 'cells', 'lead-funnel', '--by', 'entered:week'),
  usage(/"2026-13" is no day/, 'projections', 'cells', 'lead-funnel', '--where', 'entered:2026-13'),
  usage(/missing required argument 'metric'/, 'query'),
  usage(/no metric "nosuch"; there are: .*close-rate/, 'query', 'nosuch'),
  usage(/too many arguments/, 'query', 'funnel', 'churn'),
  usage(/"yesterday" is neither a date/, 'query', 'funnel', '--from', 'yesterday'),
  usage(/"2026-02-30" is neither a date/, 'query', 'funnel', '--to', '2026-02-30'),
  usage(/"" is neither a date/, 'query', 'funnel', '--from', ''),
  usage(/before from/, 'query', 'funnel', '--from', '2026-03-01', '--to', '2026-02-01'),
  usage(/unknown dimension "colour"; known: origin/, 'query', 'funnel', '--by', 'colour'),
  usage(/list with commas between names/, 'query', 'funnel', '--by', 'origin,,country'),
  usage(/"origin" is asked for twice/, 'query', 'funnel', '--by', 'origin,origin'),
  usage(/dimension:value, as in origin:social/, 'query', 'funnel', '--where', 'origin'),
  usage(/unknown dimension "colour"/, 'query', 'funnel', '--where', 'colour:red'),
  usage(/whole number, 0 to 36500/, 'query', 'funnel', '--within', 'soon'),
  usage(/whole number/, 'query', 'funnel', '--within', '1e2'),
  usage(/unknown grain "fortnight"; known: day, week/, 'query', 'churn', '--grain', 'fortnight'),
  usage(/funnel has no periods/, 'query', 'funnel', '--grain', 'month'),
  usage(/close-rate has no --within; that is for funnel/, 'query', 'close-rate', '--within', '30'),
  usage(/--json and --csv/, 'query', 'funnel', '--json', '--csv'),
  usage(/whole number, 0 or more/, 'events', '--after', '-1'),
  usage(/whole number, 0 or more/, 'events', '--after', 'latest'),
  usage(/whole number, 1 or more/, 'events', '--limit', '0'),
  usage(/list with commas/, 'events', '--type', ','),
  usage(/must not be empty/, 'events', '--lead', ''),
  usage(/missing required argument 'projection'/, 'explain'),
  alone(usage(/no projection "nosuch"; there are: .*lead-funnel/, 'explain', 'nosuch')),
  usage(/no dimension "colour"; it has: entered, origin/, 'explain', 'lead-funnel', '--where', 'colour:red'),
  usage(/days is a whole number, not "many"/, 'explain', 'lead-funnel', '--where', 'days:many'),
  usage(/"2026-13" is no day, month or year/, 'explain', 'lead-funnel', '--where', 'entered:2026-13'),
  usage(/cursor is not one that a page has given out/, 'explain', 'lead-funnel', '--cursor', 'rubbish'),
  usage(/whole number, 1 to 1000/, 'explain', 'lead-funnel', '--limit', '5000'),
  failed(/there is no entity nobody/, 'explain', 'lead-funnel', '--entity', 'nobody'),
  usage(/projections knows no "frob"; it knows: status, cells, rebuild/, 'projections', 'frob'),
  usage(/missing required argument 'name'/, 'projections', 'rebuild'),
  usage(/no projection "nosuch"/, 'projections', 'rebuild', 'nosuch'),
  usage(/no projection "nosuch"/, 'projections', 'retry', 'nosuch'),
  usage(/no projection "nosuch"/, 'projections', 'parked', 'nosuch'),
  failed(/lead-funnel holds no generation for approval/, 'projections', 'approve', 'lead-funnel'),
  usage(/'--why <text>' not specified/, 'projections', 'skip', 'x'),
  alone(failed(/event x is not parked/, 'projections', 'skip', 'x', '--why', 'because')),
  usage(/whole number, 1 to 1000000/, 'demo', '--leads', 'many'),
  failed(/holds the demo of 20 leads, seed 1, already/, 'demo'),
  usage(/no benchmark "nosuch"; there are: .*append-one/, 'bench', 'nosuch'),
  usage(/required option '--as <source>' not specified/, 'import', at('leads.csv')),
  usage(/missing required argument 'files'/, 'import', ...olist),
  usage(/no source "nosuch"; there are: .*olist/, 'import', at('leads.csv'), '--as', 'nosuch'),
  alone(failed(/nowhere\.csv: there is no such file/, 'import', at('nowhere.csv'), ...olist)),
  failed(/folder\.csv: is a directory/, 'import', at('folder.csv'), ...olist),
  failed(/empty\.csv: is empty/, 'import', at('empty.csv'), ...olist),
  failed(/columns\.csv: .*lacks "first_contact_date"/, 'import', at('columns.csv'), ...olist),
  failed(/more\.csv: .*unknown "shoe_size"/, 'import', at('more.csv'), ...olist),
  failed(/utf16\.csv: .*encoding/, 'import', at('utf16.csv'), ...olist),
  failed(/binary\.csv: /, 'import', at('binary.csv'), ...olist),
  alone(failed(/cut\.csv\.gz: .*gzip/, 'import', at('cut.csv.gz'), ...olist)),
  failed(/nowhere\.csv: there is no such file/, 'import', at('leads.csv'), at('nowhere.csv'), ...olist),
  failed(/is a file to import/, 'import', at('leads.csv'), ...olist, '--rejects', at('leads.csv')),
  failed(/refused rows can't be written/, 'import', at('leads.csv'), ...olist, '--rejects', at('none/r.csv')),
  usage(/file is a file, not a folder; give --data a folder/, 'query', 'funnel', '--data', at('file')),
  usage(/file\/data is a file, not a folder/, 'demo', '--data', at('file/data')),
  alone(failed(/\/proc\/leadfold: /, 'demo', '--data', '/proc/leadfold')),
  usage(/must not be empty/, 'verify', '--data', ''),
  usage(/argument missing/, 'verify', '--data'),
  failed(/corrupt\/log\.sqlite is not a Leadfold log/, 'query', 'funnel', '--data', at('corrupt')),
  alone(failed(/corrupt\/log\.sqlite is not a Leadfold log/, 'verify', '--data', at('corrupt'))),
  failed(
    /corrupt\/log\.sqlite is not a Leadfold log/,
    'import',
    at('leads.csv'),
    ...olist,
    '--data',
    at('corrupt'),
  ),
  usage(/'--name <name>' not specified/, 'keys', 'new', '--scope', 'read'),
  usage(/'--scope <scopes>' not specified/, 'keys', 'new', '--name', 'shop'),
  usage(/one of read, write, admin/, 'keys', 'new', '--name', 'shop', '--scope', 'read,root'),
  usage(/list with commas/, 'keys', 'new', '--name', 'shop', '--scope', ''),
  usage(/1 to 64 characters of a-z/, 'keys', 'new', '--name', 'Ann Smith', '--scope', 'read'),
  usage(/by which Leadfold itself goes/, 'keys', 'new', '--name', 'scheduler', '--scope', 'read'),
  usage(/too many arguments/, 'keys', 'frob'),
  failed(/file: entry 1 is not/, 'keys', 'new', '--name', 'shop', '--scope', 'read', '--file', at('file')),
  alone(
    failed(
      /none\/keys: there is no such/,
      ...['keys', 'new', '--name', 'a', '--scope', 'read', '--file', at('none/keys')],
    ),
  ),
  failed(
    /folder\.csv can't be read \(EISDIR\)/,
    ...['keys', 'new', '--name', 'a', '--scope', 'read', '--file', at('folder.csv')],
  ),
  alone(setting(/LEADFOLD_PORT/, { LEADFOLD_PORT: 'abc' })),
  setting(/"Mars" is no IANA time zone/, { LEADFOLD_TIME_ZONE: 'Mars' }),
  setting(/LEADFOLD_CONFIG: .*nofile/, { LEADFOLD_CONFIG: '/nofile' }),
  setting(/LEADFOLD_CONFIG: .*stages/, { LEADFOLD_CONFIG: at('config.json') }),
  alone(setting(/refusing to listen on 0\.0\.0\.0/, { LEADFOLD_HOST: '0.0.0.0' })),
  setting(/0\.0\.0\.0: .*`leadfold keys new` makes one/, { LEADFOLD_HOST: '0.0.0.0' }),
  setting(/LEADFOLD_API_KEYS: entry 1 is not name:scope/, { LEADFOLD_API_KEYS: 'secret' }),
  alone(setting(/LEADFOLD_API_KEYS: .*nofile can't be read \(ENOENT\)/, { LEADFOLD_API_KEYS: '@/nofile' })),
  setting(/LEADFOLD_API_KEYS: .*can't be read \(EISDIR\)/, { LEADFOLD_API_KEYS: `@${folder}` }),
  setting(/LEADFOLD_RATE_LIMIT: must be a whole number/, { LEADFOLD_RATE_LIMIT: '1e3' }),
  setting(/unknown setting LEADFOLD_PROT/, { LEADFOLD_PROT: '1' }),
];

const run = ({ words, environment = {}, alone: asProcess = false }: Case): Promise<Ended> =>
  (asProcess ? leadfold : leadfoldHere)(words, { LEADFOLD_DATA: data, ...environment });

describe('a command line that can’t be', () => {
  it.each(cases.map(one => [one.words.join(' ').replaceAll(folder, '…'), one] as const))(
    'leadfold %s',
    async (_, one) => {
      const before = eventsIn(data);
      const { code, out, err } = await run(one);
      expect(err).toMatch(one.says);
      expect(code).toBe(one.code);
      expect(out).toBe('');
      const [sentence = '', ...more] = err.trimEnd().split('\n');
      expect(sentence).toMatch(/^leadfold: \S/);
      expect(more).toEqual([]);
      expect(err).not.toMatch(/\bat .*:\d+:\d+|unexpected|undefined|\[object/);
      expect(eventsIn(data)).toBe(before);
    },
  );

  it('leaves a damaged log and the files to import as they were', () => {
    expect(readFileSync(at('corrupt/log.sqlite'), 'utf8')).toBe('this was a log once\n'.repeat(500));
    expect(readFileSync(at('leads.csv'), 'utf8')).toBe(`${header}\n${row}\n`);
    expect(existsSync('/proc/leadfold')).toBe(false);
  });

  it('shows where it went wrong only when asked', async () => {
    const { err } = await leadfold(['query', 'funnel', '--by', 'colour'], {
      LEADFOLD_DATA: data,
      LEADFOLD_DEBUG: '1',
    });
    expect(err).toMatch(/^leadfold: unknown dimension .*\nInvalidQuery: .*\n +at /);
  });

  it('without anything, shows what there is', async () => {
    const { code, out, err } = await leadfold([]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^Usage: leadfold /);
  });
});
