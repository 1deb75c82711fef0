import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { openEngine, parseSettings } from '../../../libs/engine/index.ts';
import type { ProjectionStatus } from '../../../libs/projecting/port.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { projections } from '../../../projections/index.ts';
import { run } from '../run.ts';
import { fakeTerminal, runIn, type Ran } from '../testing.ts';

const folder = temporaryFolder();
const leadfold = runIn(folder.path);
const on = (...words: readonly string[]): Promise<Ran> => leadfold('projections', ...words);
const status = async (): Promise<readonly ProjectionStatus[]> =>
  JSON.parse((await on('--json')).out) as readonly ProjectionStatus[];
const generationsOf = async (name: string): Promise<readonly string[]> =>
  (await status()).filter(one => one.name === name).map(one => one.status);
const cells = async (name: string): Promise<unknown> =>
  JSON.parse((await on('cells', name, '--json')).out) as unknown;

beforeAll(async () => {
  await leadfold('demo', '--leads', '30', '--seed', 'projections');
});
afterAll(() => folder.remove());

describe('leadfold projections', () => {
  it('lists the live read models, all at the end of the log', async () => {
    const found = await status();
    expect(found.map(({ name }) => name).toSorted()).toEqual(projections.map(({ name }) => name).toSorted());
    expect(new Set(found.map(({ status: each, lag, parked }) => `${each} ${lag} ${parked}`))).toEqual(
      new Set(['live 0 0']),
    );
    expect(await on('status')).toEqual(await on());
  });

  it('says the same as CSV', async () => {
    const rows = parse<Readonly<Record<string, string>>>((await on('--csv')).out, { columns: true });
    expect(rows.map(({ name, position }) => [name, Number(position)])).toEqual(
      (await status()).map(({ name, position }) => [name, position]),
    );
  });

  it('says how to have some where none was made', async () => {
    const empty = temporaryFolder();
    const engine = await openEngine(parseSettings({}, { data: empty.path }));
    await engine.commands.captureLead({ id: 'a' }, { command: 'captureLead', actor: 'spec' });
    await engine.close();
    const { code, err } = await runIn(empty.path)('projections');
    expect([code, err]).toEqual([
      0,
      'no read model was made yet; `leadfold query` or `leadfold serve` makes them\n',
    ]);
    empty.remove();
  });

  it('knows no other command, and says which there are', async () => {
    const { code, err } = await on('rebiuld');
    expect(code).toBe(2);
    expect(err).toMatch(/^leadfold: projections knows no "rebiuld"; it knows: status, cells, rebuild, /);
  });
});

describe('leadfold projections rebuild', () => {
  it('makes another generation live, with the same totals', async () => {
    const before = await cells('lead-funnel');
    const generation = (await status()).find(({ name }) => name === 'lead-funnel')!.generation;
    const { code, err } = await on('rebuild', 'lead-funnel');
    expect([code, err]).toEqual([0, 'lead-funnel is rebuilt and live\n']);
    const after = (await status()).filter(({ name }) => name === 'lead-funnel');
    expect(after).toMatchObject([{ status: 'live' }]);
    expect(after[0]!.generation).toBeGreaterThan(generation);
    expect(await cells('lead-funnel')).toEqual(before);
  });

  it('holds one where it is asked to, until somebody decides', async () => {
    expect((await on('rebuild', 'revenue', '--hold')).err).toBe(
      'revenue is rebuilt and held; compare: leadfold projections diff revenue\n',
    );
    expect((await generationsOf('revenue')).toSorted()).toEqual(['held', 'live']);
    expect(await on('diff', 'revenue')).toEqual({
      code: 0,
      out: '',
      err: 'no totals differ; make it live: leadfold projections approve revenue\n',
    });
    expect(JSON.parse((await on('diff', 'revenue', '--json')).out)).toEqual([]);
    expect((await on('discard', 'revenue')).err).toBe(
      'revenue: the held read model is dropped; the live one stays\n',
    );
    expect(await generationsOf('revenue')).toEqual(['live']);
    await on('rebuild', 'revenue', '--hold');
    expect((await on('approve', 'revenue')).err).toBe('revenue: the held read model is live\n');
    expect(await generationsOf('revenue')).toEqual(['live']);
  });

  it.each(['diff', 'approve', 'discard'])('%s fails where nothing is held', async verb => {
    const { code, out, err } = await on(verb, 'sales-cycle');
    expect([code > 0, out]).toEqual([true, '']);
    expect(err).toMatch(/^leadfold: .*sales-cycle/);
    expect(err).not.toContain('unexpected');
  });

  it.each(['rebuild', 'diff', 'approve', 'discard', 'retry', 'cells', 'parked'])(
    '%s names the read models that there are where it is given another',
    async verb => {
      const { code, out, err } = await on(verb, 'no-such');
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^leadfold: there is no projection "no-such"; there are: .*lead-funnel/);
    },
  );

  it('leaves the live one as it is where it was stopped', async () => {
    const before = await generationsOf('lead');
    const terminal = fakeTerminal();
    terminal.stop();
    const code = await run(['projections', 'rebuild', 'lead', '--data', folder.path], terminal);
    expect([code, terminal.err()]).toEqual([130, 'stopped; the live lead is as it was\n']);
    expect((await generationsOf('lead')).filter(each => each === 'live')).toEqual(before);
  });
});

describe('leadfold projections cells', () => {
  const sums = async (...words: readonly string[]): Promise<readonly number[]> => {
    const { rows } = JSON.parse((await on('cells', 'lead-funnel', ...words, '--json')).out) as {
      readonly rows: readonly { readonly sums: { readonly leads: number } }[];
    };
    return rows.map(row => row.sums.leads);
  };
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

  it.each(['origin', 'stage', 'entered', 'entered:month', 'entered:year', 'origin,stage'])(
    'by %s add up to the whole',
    async by => {
      const [whole] = await sums();
      const parts = await sums('--by', by);
      expect(parts.length).toBeGreaterThan(1);
      expect(total(parts)).toBe(whole);
    },
  );

  it('have a line each as CSV, and say where there are none', async () => {
    const { out } = await on('cells', 'lead-funnel', '--by', 'origin', '--csv');
    expect(out.split('\n')[0]).toMatch(/^origin,leads,/);
    expect(out.trimEnd().split('\n')).toHaveLength(1 + (await sums('--by', 'origin')).length);
    expect((await on('cells', 'lead-funnel', '--by', 'origin', '--where', 'origin:nowhere')).err).toBe(
      'no totals\n',
    );
  });
});

describe('parked events', () => {
  it('are none in a log that is sound', async () => {
    expect((await on('parked')).err).toBe('nothing is parked\n');
    expect(JSON.parse((await on('parked', 'lead-funnel', '--json')).out)).toEqual([]);
    expect(await on('retry', 'lead-funnel')).toEqual({
      code: 0,
      out: '',
      err: '0 released, 0 still parked\n',
    });
    expect(JSON.parse((await on('retry', 'lead-funnel', '--json')).out)).toEqual({ released: 0, parked: 0 });
  });

  it('are skipped by their id, with a reason', async () => {
    const { code, err } = await on('skip', '019c2a00-0000-7000-8000-000000000000', '--why', 'sent twice');
    expect(code).not.toBe(0);
    expect(err).toContain('019c2a00');
    expect((await on('skip', 'x')).err).toContain("required option '--why <text>' not specified");
    expect((await on('skip', 'x', '--why', ' ')).err).toContain('it must not be empty');
  });
});
