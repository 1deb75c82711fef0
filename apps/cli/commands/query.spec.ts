import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { readdirSync } from 'node:fs';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { MetricAnswer } from '../../../libs/metrics/define.ts';
import { flatRows } from '../../../libs/metrics/flat-rows.ts';
import { metrics } from '../../../projections/index.ts';
import { kebab } from '../options.ts';
import { run } from '../run.ts';
import { fakeTerminal, runIn, type Ran } from '../testing.ts';

const folder = temporaryFolder();
const leadfold = runIn(folder.path);
const query = (...words: readonly string[]): Promise<Ran> => leadfold('query', ...words);
const answer = async (...words: readonly string[]): Promise<MetricAnswer> =>
  JSON.parse((await query(...words, '--json')).out) as MetricAnswer;

beforeAll(async () => {
  await leadfold('demo', '--leads', '40', '--seed', 'query');
});
afterAll(() => folder.remove());

describe('leadfold query', () => {
  it.each(metrics.map(({ name }) => name))('%s: has the same rows as CSV as it has as JSON', async name => {
    const rows = flatRows(await answer(name));
    expect(rows.length).toBeGreaterThan(0);
    const { out, err } = await query(name, '--csv');
    expect(err).toBe('');
    const back = parse<Readonly<Record<string, string>>>(out, { columns: true });
    expect(back).toHaveLength(rows.length);
    back.forEach((row, at) => {
      for (const [column, value] of Object.entries(rows[at]!))
        if (typeof value === 'number') expect([column, Number(row[column])]).toEqual([column, value]);
        else if (value === null) expect([column, row[column]]).toEqual([column, '']);
    });
  });

  it('has a line for each row, and below what its numbers mean', async () => {
    const { rows, definitions } = await answer('close-rate', '--by', 'origin');
    const { out, err } = await query('close-rate', '--by', 'origin');
    expect(out.trimEnd().split('\n')).toHaveLength(rows.length + 2);
    const notes = err.trimEnd().split('\n');
    for (const words of Object.values(definitions)) expect(notes.join(' ')).toContain(words);
    // A program that reads the rows is told nothing else.
    for (const form of ['--json', '--csv'])
      expect((await query('close-rate', '--by', 'origin', form)).err).toBe('');
  });

  it('narrows down to what is asked for: the parts of a number add up to it', async () => {
    const leadsBy = async (...words: readonly string[]): Promise<number> => {
      const { rows } = await answer('close-rate', ...words);
      return rows.reduce((sum, row) => sum + (row as unknown as { leads: number }).leads, 0);
    };
    const { rows } = await answer('close-rate', '--by', 'origin');
    const origins = rows.map(({ by }) => by['origin'] ?? null);
    let parts = 0;
    for (const origin of origins) parts += await leadsBy('--where', `origin:${origin ?? ''}`);
    expect([await leadsBy(), parts]).toEqual([40, 40]);
    const [one, two] = origins;
    const either = ['--where', `origin:${one ?? ''}`, '--where', `origin:${two ?? ''}`];
    expect(await leadsBy(...either)).toBe(
      (await leadsBy('--where', `origin:${one ?? ''}`)) + (await leadsBy('--where', `origin:${two ?? ''}`)),
    );
  });

  it('says where there is nothing to show', async () => {
    expect(await query('close-rate', '--by', 'origin', '--where', 'origin:nowhere')).toMatchObject({
      code: 0,
      out: '',
      err: 'no rows\n',
    });
  });

  it('reads a funnel of events as the metric does', async () => {
    const { rows } = await answer('funnel', '--events', 'LeadCaptured,OpportunityWon');
    expect(rows.map(row => (row as unknown as { event: string }).event)).toEqual([
      'LeadCaptured',
      'OpportunityWon',
    ]);
    const { out } = await query('funnel', '--events', 'LeadCaptured', '--events', 'OpportunityWon', '--csv');
    expect(out.split('\n')[1]).toContain('LeadCaptured,40');
  });
});

describe('a question that cannot be', () => {
  const known = metrics.map(({ name }) => name).join(', ');
  const cases: readonly (readonly [words: readonly string[], sentence: string])[] = [
    [['funel'], `there is no metric "funel"; there are: ${known}`],
    [['funnel', '--csv', '--json'], '--json and --csv can’t both be had; leave one out'],
    [['funnel', '--by', 'colour'], 'colour'],
    [['funnel', '--by', ','], 'it is a list with commas between names'],
    [['funnel', '--where', 'origin'], 'it is dimension:value, as in origin:social'],
    [['funnel', '--from', 'yesterday'], 'yesterday'],
    [['funnel', '--from', '2026-02-30'], '2026-02-30'],
    [['funnel', '--from', '2026-03-01', '--to', '2026-02-01'], 'from'],
    [['funnel', '--grain', 'month'], 'funnel has no periods'],
    [['churn', '--grain', 'fortnight'], 'grain'],
    [['churn', '--inactive-days', '0'], 'it must be a whole number, 1 to'],
    [['churn', '--inactive-days', '1.5'], 'it must be a whole number'],
    [['sales-cycle', '--inactive-days', '30'], 'sales-cycle has no --inactive-days; that is for'],
    [['funnel', '--order', 'strict'], '--order goes with --events'],
    [['funnel', '--within', '7d'], '--within 7d goes with --events; without, it is a number of days'],
    [['churn', '--events', 'LeadCaptured'], 'churn has no --events; that is for funnel'],
    [['funnel', '--events', 'LeadCaptured', '--grain', 'month'], '--grain and --events can’t both be had'],
    [['funnel', '--events', 'LeadCaptured,EmailSent', '--order', 'odd'], 'odd'],
    [['funnel', '--events', 'LeadCaptured'], 'events must be 2 to 10 types'],
    [['funnel', '--events', 'LeadCaptured,NoSuchEvent'], 'NoSuchEvent'],
    [[], "missing required argument 'metric'; see leadfold query --help"],
    [['funnel', 'churn'], 'too many arguments'],
  ];

  it.each(cases)('%j is one sentence on stderr', async (words, sentence) => {
    const { code, out, err } = await query(...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^leadfold: [^\n]+\n$/);
    expect(err).toContain(sentence);
  });

  it.each(
    metrics.flatMap(({ name, params = {} }) => Object.entries(params).map(each => [name, ...each] as const)),
  )('%s takes --%s within its bounds, and no more', async (name, param, { minimum, maximum }) => {
    const option = `--${kebab(param)}`;
    const given = (value: number): Promise<Ran> => query(name, option, String(value), '--json');
    expect((await given(minimum)).code).toBe(0);
    // Two metrics may share an option; what is too much for both is refused by it.
    const most = Math.max(...metrics.map(({ params }) => params?.[param]?.maximum ?? maximum));
    expect((await given(most + 1)).code).toBe(2);
  });
});

describe('a question without a log', () => {
  it('fails, says how to have one, and leaves nothing behind', async () => {
    const empty = temporaryFolder();
    const { code, out, err } = await runIn(empty.path)('query', 'funnel');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`there is no log in ${empty.path}; fill one by \`leadfold demo\``);
    expect(readdirSync(empty.path)).toEqual([]);
    empty.remove();
  });
});

describe('a question on a terminal', () => {
  it('is answered by a table that fits, whatever the metric', async () => {
    for (const { name } of metrics) {
      const terminal = fakeTerminal({ tty: true });
      expect(await run(['query', name, '--data', folder.path], terminal)).toBe(0);
      const wide = terminal
        .out()
        .split('\n')
        .filter(line => line.length > 80);
      expect([name, wide]).toEqual([name, []]);
    }
  });
});
