import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { leadfold, newFolder, type Ended } from './cli-child.ts';
import { leadfoldHere } from './cli-here.ts';
import { bumpLib, pagesProjection, touchpointLib, views, viewsImport, written } from './definitions-files.ts';

jest.setTimeout(120_000);

const folder = newFolder();
const data = join(folder, 'data');
const run = (...words: readonly string[]): Promise<Ended> => leadfoldHere([...words, '--data', data]);
const add = (text: string): Promise<Ended> => {
  const file = written(join(folder, 'mine'), { 'read/x.projection.ts': text, 'shared/bump.ts': bumpLib });
  return run('projections', 'add', file);
};
const cells = async (): Promise<unknown> =>
  JSON.parse((await run('projections', 'cells', 'pages-seen', '--by', 'seen', '--json')).out);
const rows = (...pairs: readonly (readonly [number, number])[]): unknown =>
  expect.objectContaining({ rows: pairs.map(([seen, leads]) => ({ by: { seen }, sums: { leads } })) });
const registry = (): { readonly projections: readonly object[]; readonly held: readonly object[] } =>
  JSON.parse(readFileSync(join(data, 'definitions', 'registry.json'), 'utf8')) as ReturnType<typeof registry>;
const copies = (): number => readdirSync(join(data, 'definitions', 'pages-seen')).length;

const good = pagesProjection();
/** Fails at every page of the price list, which the good one counts. */
const broken = pagesProjection(10).replace("url === 'throw'", "url === '/pricing'");
const stillGood = rows([1, 1], [2, 1]);

beforeAll(async () => {
  const asImport = written(join(folder, 'import'), {
    'views.import.ts': viewsImport,
    'lib/touchpoint.ts': touchpointLib,
  });
  const file = written(folder, { 'views.csv': views(['ann', '/'], ['ann', '/pricing'], ['bob', '/']) });
  // It takes hooks of Node that Jest has not.
  expect((await leadfold(['import', file, '--as', asImport, '--data', data])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Adds what fails beside what doesn't. */
const hold = async (): Promise<void> => {
  const { code, out, err } = await add(broken);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/RangeError: this page is unheard of \(x\.projection\.ts:\d+:\d+\), at PageViewed/);
  expect(err).toContain('pages-seen is held: it fails at 1 events that the one before folds');
};

describe('a version of one’s projection that fails where the one before didn’t', () => {
  it('is held, and the one before stays live', async () => {
    expect((await add(good)).code).toBe(0);
    await hold();
    expect(await cells()).toEqual(stillGood);
    expect(registry()).toMatchObject({ projections: [{ version: 1 }], held: [{ version: 1 }] });
    expect((await run('verify')).code).toBe(0);
  });

  it('is held once, however often it is added', async () => {
    await hold();
    expect(registry().held).toHaveLength(1);
    const { out } = await run('projections', 'status', '--json');
    const mine = (JSON.parse(out) as { name: string; status: string; parked: number }[]).filter(
      ({ name }) => name === 'pages-seen',
    );
    expect(mine.map(({ status, parked }) => [status, parked])).toEqual([
      ['live', 0],
      ['held', 1],
    ]);
  });

  it('is compared and approved by whoever wants it so', async () => {
    const { out } = await run('projections', 'diff', 'pages-seen', '--json');
    expect(JSON.parse(out)).toEqual([
      { cell: { seen: 1 }, live: { leads: 1 }, held: { leads: 20 } },
      { cell: { seen: 2 }, live: { leads: 1 }, held: {} },
    ]);
    expect((await run('projections', 'approve', 'pages-seen')).code).toBe(0);
    expect(await cells()).toEqual(rows([1, 20]));
    expect(registry()).toMatchObject({ projections: [{ version: 1 }], held: [] });
    expect((await run('verify')).code).toBe(0);
    const parked = await run('projections', 'parked', 'pages-seen', '--json');
    expect(JSON.parse(parked.out)).toHaveLength(1);
  });

  it('is discarded, with its copy', async () => {
    expect((await add(good)).code).toBe(0);
    await hold();
    expect(copies()).toBe(2);
    expect((await run('projections', 'discard', 'pages-seen')).code).toBe(0);
    expect(copies()).toBe(1);
    expect(registry().held).toEqual([]);
    expect(await cells()).toEqual(stillGood);
    expect((await run('projections', 'approve', 'pages-seen')).err).toContain('holds no generation');
  });

  it('is forgotten when a mended one is added', async () => {
    await hold();
    const { code, err } = await add(pagesProjection(7));
    expect([code, err]).toEqual([0, expect.stringContaining('has changed and was rebuilt')]);
    expect(registry().held).toEqual([]);
    expect(await cells()).toEqual(rows([1, 7], [2, 7]));
    expect((await run('projections', 'status', '--json')).out).not.toContain('"held"');
  });

  it('goes with the rest when the projection is removed', async () => {
    await hold();
    expect((await run('projections', 'remove', 'pages-seen')).code).toBe(0);
    expect(registry()).toMatchObject({ projections: [], held: [] });
    expect(readdirSync(join(data, 'definitions'))).toEqual(['registry.json']);
  });
});

describe('a version of one’s projection that fails no more than the one before', () => {
  it('replaces it', async () => {
    // Nothing is live before the first, so there is nothing to lose.
    const first = await add(broken);
    expect([first.code, first.err]).toEqual([0, expect.stringContaining('pages-seen is added')]);
    const second = await add(broken.replace('{ leads: 10 }', '{ leads: 3 }'));
    expect([second.code, second.err]).toEqual([0, expect.stringContaining('has changed and was rebuilt')]);
    expect(await cells()).toEqual(rows([1, 6]));
  });
});
