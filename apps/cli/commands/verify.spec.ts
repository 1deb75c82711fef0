import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { Difference } from '../../../libs/projecting/port.ts';
import { projections } from '../../../projections/index.ts';
import { run } from '../run.ts';
import { fakeTerminal, runIn, type Ran } from '../testing.ts';

const folder = temporaryFolder();
const data = join(folder.path, 'data');
const copy = join(folder.path, 'copy');

beforeAll(async () => {
  await runIn(data)('demo', '--leads', '30', '--seed', 'verify');
});
afterAll(() => folder.remove());
beforeEach(() => {
  rmSync(copy, { recursive: true, force: true });
  cpSync(data, copy, { recursive: true });
});

const verify = (...words: readonly string[]): Promise<Ran> => runIn(copy)('verify', ...words);
interface Verified {
  readonly ok: boolean;
  readonly position: number;
  readonly log: readonly string[];
  readonly differences: readonly Difference[];
}
const json = async (): Promise<Verified> => JSON.parse((await verify('--json')).out) as Verified;

const change = (file: string, ...statements: readonly string[]): void => {
  const db = new Database(file);
  for (const statement of statements) db.exec(statement);
  db.close();
};
const inLog = (...statements: readonly string[]): void => change(join(copy, 'log.sqlite'), ...statements);
const inReads = (projection: string, ...statements: readonly string[]): void => {
  const read = join(copy, 'read');
  const files = readdirSync(read).filter(name => new RegExp(`^${projection}\\.\\d+\\.sqlite$`).test(name));
  for (const file of files) change(join(read, file), ...statements);
};

describe('leadfold verify', () => {
  it('says in a sentence that all is well, and names every read model', async () => {
    const { code, out, err } = await verify();
    expect([code, err]).toEqual([0, '']);
    const names = projections.map(({ name }) => name);
    for (const name of names) expect(out).toContain(name);
    expect(await json()).toMatchObject({ ok: true, log: [], differences: [] });
  });

  it('folds a log that nobody has read yet', async () => {
    rmSync(join(copy, 'read'), { recursive: true });
    expect((await verify()).code).toBe(0);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['an event is missing', ['DELETE FROM events WHERE position = 50'], /position 50 is missing/],
    ['an event is no JSON', ["UPDATE events SET data = '{\"half' WHERE position = 50"], /50/],
  ])('finds that %s, and says what to do', async (_, statements, fault) => {
    inLog(...statements);
    const { code, out, err } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^log: .*${fault.source}`, 'm'));
    expect(err).toMatch(/^faults in the log: \d+; restore it from a backup$/m);
    const found = await json();
    expect([found.ok, found.log.length > 0]).toEqual([false, true]);
  });

  it('finds a state that nobody folded, with what was stored and what should be', async () => {
    inReads('lead-funnel', "UPDATE entities SET state = '{}' WHERE id = 'demo-00003'");
    const { code, out, err } = await verify();
    expect(code).toBe(1);
    expect(out).toMatch(/^lead-funnel +state +demo-00003 /m);
    expect(err).toMatch(/made anew by `leadfold projections rebuild lead-funnel`\n$/);
    const { differences } = await json();
    const state = differences.find(({ what }) => what === 'state');
    expect(state).toMatchObject({ projection: 'lead-funnel', key: 'demo-00003', stored: {} });
    expect(state!.folded).not.toEqual({});
  });

  it('finds an entity that is not there, and one that is nobody’s', async () => {
    inReads('customers', "UPDATE entities SET id = 'nobody' WHERE id = (SELECT min(id) FROM entities)");
    const { differences } = await json();
    const states = differences.filter(({ what }) => what === 'state');
    expect(states).toContainEqual(expect.objectContaining({ key: 'nobody', folded: null }));
    expect(states).toContainEqual(
      expect.objectContaining({ key: expect.stringMatching(/^demo-/), stored: null }),
    );
  });

  it('is content again once the read model is rebuilt', async () => {
    inReads('lead-funnel', "UPDATE entities SET state = '{}' WHERE id = 'demo-00003'");
    expect((await verify()).code).toBe(1);
    expect((await runIn(copy)('projections', 'rebuild', 'lead-funnel')).code).toBe(0);
    expect((await verify()).code).toBe(0);
  });

  it('says that it was stopped, and nothing else', async () => {
    const terminal = fakeTerminal();
    terminal.stop();
    expect(await run(['verify', '--data', copy], terminal)).toBe(130);
    expect([terminal.out(), terminal.err()]).toEqual(['', 'stopped before all was checked\n']);
  });

  it('shows differences in a table that fits a terminal', async () => {
    inReads('lead-funnel', "UPDATE entities SET state = '{}'");
    const terminal = fakeTerminal({ tty: true });
    expect(await run(['verify', '--data', copy], terminal)).toBe(1);
    const lines = terminal.out().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter(line => line.length > 80)).toEqual([]);
  });
});
