import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort, leadfold, newFolder, start, type Child, type Ended } from './cli-child.ts';
import { leadfoldHere } from './cli-here.ts';
import { bumpLib, pagesProjection, touchpointLib, views, viewsImport, written } from './definitions-files.ts';

jest.setTimeout(120_000);

const folder = newFolder();
const data = join(folder, 'data');
let server: Child;
let url: string;

const run = (...words: readonly string[]): Promise<Ended> => leadfoldHere([...words, '--data', data]);
const add = (file: string): Promise<Ended> => run('projections', 'add', file);
const own = (name: string, text: string): string =>
  written(join(folder, 'mine', name), { 'read/x.projection.ts': text, 'shared/bump.ts': bumpLib });

const asImport = written(join(folder, 'import'), {
  'views.import.ts': viewsImport,
  'lib/touchpoint.ts': touchpointLib,
});
let files = 0;
const seen = async (...rows: readonly (readonly [string, string])[]): Promise<void> => {
  const file = written(folder, { [`views-${files++}.csv`]: views(...rows) });
  // It takes hooks of Node that Jest has not.
  const { code, err } = await leadfold(['import', file, '--as', asImport, '--data', data]);
  expect([code, err]).toEqual([0, expect.not.stringContaining('leadfold:')]);
};

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data: readonly {
      readonly id: string;
      readonly name: string;
      readonly by: object;
      readonly sums: object;
      readonly generation: number;
      readonly parked: number;
      readonly lag: number;
      readonly status: string;
    }[];
    readonly total: object;
  };
}
const get = async (path: string): Promise<Answer> => {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};

/** Asks until the answer is as wanted, or for two seconds. */
const soon = async (path: string, wanted: unknown, within = 2_000): Promise<void> => {
  const until = Date.now() + within;
  for (;;) {
    const answer = await get(path);
    try {
      expect(answer).toEqual(wanted);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise(resume => setTimeout(resume, 50));
    }
  }
};

const cells = (...rows: readonly (readonly [seen: number, leads: number])[]): unknown => ({
  status: 200,
  body: expect.objectContaining({ data: rows.map(([by, leads]) => ({ by: { seen: by }, sums: { leads } })) }),
});

/** Waits until the list of parked events holds all of this. */
const parkedSoon = async (...wanted: readonly (string | RegExp)[]): Promise<void> => {
  const until = Date.now() + 20_000;
  for (;;) {
    const { out } = await run('projections', 'parked', 'pages-seen', '--json');
    const missing = wanted.find(one => (typeof one === 'string' ? !out.includes(one) : !one.test(out)));
    if (missing === undefined) return;
    if (Date.now() > until) throw new Error(`${String(missing)} is not in ${out}`);
  }
};

const cellsPath = '/v1/projections/pages-seen/cells?by=seen';

beforeAll(async () => {
  await seen(['ann', '/'], ['ann', '/pricing'], ['bob', '/']);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = start(['serve', '--data', data], { LEADFOLD_PORT: port });
  await server.says('listens');
});

afterAll(async () => {
  server.process.kill('SIGTERM');
  await server.ended;
  rmSync(folder, { recursive: true });
});

describe('a projection of one\u2019s own beside a running server', () => {
  it('is unknown before it is added', async () => {
    expect((await get(cellsPath)).status).toBe(404);
  });

  it('is read over HTTP as soon as it is added', async () => {
    const { code, out, err } = await add(own('first', pagesProjection()));
    expect([code, err]).toEqual([0, expect.stringContaining('pages-seen is added')]);
    expect(out).toMatch(/leads\n─+\n\s+2\n/);
    await soon(cellsPath, cells([1, 1], [2, 1]));
  });

  it('follows the log', async () => {
    await seen(['bob', '/pricing'], ['eve', '/']);
    await soon(cellsPath, cells([1, 1], [2, 2]), 4_000);
  });

  it('is explained, listed and verified like the shipped ones', async () => {
    const explained = await get('/v1/explain/pages-seen?where=seen:2');
    expect(explained.body.data.map(({ id }) => id)).toEqual(['ann', 'bob']);
    const { body } = await get('/v1/explain/pages-seen?entity=ann');
    expect(body).toMatchObject({
      state: { seen: 2 },
      events: [{ type: 'PageViewed' }, { type: 'PageViewed' }],
    });
    const listed = (await get('/v1/projections')).body.data.filter(({ name }) => name === 'pages-seen');
    expect(listed).toMatchObject([{ status: 'live', lag: 0, parked: 0 }]);
    expect((await run('verify')).out).toContain('pages-seen');
    expect((await run('projections', 'rebuild', 'pages-seen')).code).toBe(0);
    expect((await run('projections', 'cells', 'pages-seen', '--by', 'seen')).out).toMatch(/1\s+1\n2\s+2\n/);
  });

  it('added again without a change, it stays as it is', async () => {
    const before = await get('/v1/projections/pages-seen');
    const { code, err } = await add(own('same', pagesProjection()));
    expect([code, err]).toEqual([0, expect.stringContaining('nothing in its files has changed')]);
    expect((await get('/v1/projections/pages-seen')).body.data[0]!.generation).toBe(
      before.body.data[0]!.generation,
    );
  });

  it('changed, it is rebuilt beside the old one and swapped', async () => {
    const before = (await get('/v1/projections/pages-seen')).body.data[0]!.generation;
    expect((await add(own('first', pagesProjection(10)))).code).toBe(0);
    await soon(cellsPath, cells([1, 10], [2, 20]));
    await soon('/v1/projections/pages-seen', {
      status: 200,
      body: expect.objectContaining({ data: [expect.objectContaining({ status: 'live' })] }),
    });
    expect((await get('/v1/projections/pages-seen')).body.data[0]!.generation).toBeGreaterThan(before);
  });

  it('a change in a file that it imports counts as well', async () => {
    const text = own('first', pagesProjection(10));
    written(join(folder, 'mine', 'first'), { 'shared/bump.ts': bumpLib.replace('seen + 1', 'seen + 2') });
    expect((await add(text)).code).toBe(0);
    await soon(cellsPath, cells([2, 10], [4, 20]));
  });

  it('parks events that make it fail, with file and line', async () => {
    const faults = {
      throw: 'RangeError: this page is unheard of (x.projection.ts:',
      clock: 'a projection may not read the clock; use event.occurredAt (x.projection.ts:',
      chance:
        'a projection may not use randomness: the same log must always give the same numbers (x.projection.ts:',
      fetch: 'a projection may not use the network; bring the data in as events (x.projection.ts:',
      timer: 'a projection may not use timers: a fold is one plain step (x.projection.ts:',
      mutate: "Cannot assign to read only property 'seen' of object '#<Object>' (x.projection.ts:",
      date: 'a state must be plain JSON, but seen is a Date (x.projection.ts',
    };
    await seen(...Object.keys(faults).flatMap(page => [[page, page] as const, [page, '/'] as const]));
    await parkedSoon(...Object.values(faults), ...Object.keys(faults).map(page => `"${page}"`));
    const { out } = await run('projections', 'parked', 'pages-seen', '--json');
    const parked = JSON.parse(out) as readonly { readonly entity: string; readonly error: string | null }[];
    expect(parked).toHaveLength(14);
    expect(parked.filter(({ error }) => error === null)).toHaveLength(7);
  });

  it('one that never comes back is stopped, and parked with the file; all others go on', async () => {
    await seen(['lead-loop', 'loop'], ['ann', '/']);
    const asked = Date.now();
    expect((await get('/v1/projections')).status).toBe(200);
    expect(Date.now() - asked).toBeLessThan(2_000);
    await soon(cellsPath, cells([2, 10], [4, 10], [6, 10]), 20_000);
    await parkedSoon(/x\.projection\.ts did not come back within 5 s/);
    expect((await get('/v1/projections/lead-funnel')).body.data).toMatchObject([{ lag: 0, parked: 0 }]);
  });

  it('one that takes all memory is stopped as well', async () => {
    await seen(['lead-memory', 'memory'], ['ann', '/']);
    await soon(cellsPath, cells([2, 10], [4, 10], [8, 10]), 40_000);
    await parkedSoon(/x\.projection\.ts (ended its process|did not come back)/, '"lead-memory"');
    expect(server.process.exitCode).toBeNull();
  });

  it('removed, it is gone with its read models', async () => {
    expect((await run('projections', 'remove', 'pages-seen')).code).toBe(0);
    await soon(cellsPath, expect.objectContaining({ status: 404 }));
    expect((await run('projections', '--json')).out).not.toContain('pages-seen');
    expect(existsSync(join(data, 'definitions', 'pages-seen'))).toBe(false);
    expect((await run('projections', 'remove', 'pages-seen')).err).toContain('nobody has added');
  });
});

describe('what can\u2019t be added', () => {
  const registry = join(data, 'definitions', 'registry.json');
  const refused = async (file: string, sentence: string | RegExp): Promise<void> => {
    const before = readFileSync(registry, 'utf8');
    const { code, err, out } = await add(file);
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(sentence)]);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(readFileSync(registry, 'utf8')).toBe(before);
    expect((await get('/health/live')).status).toBe(200);
  };
  const valid = pagesProjection();

  it.each([
    [
      'throws',
      `throw new Error('out of order');\n${valid}`,
      /x\.projection\.ts.*Error: out of order \(x\.projection\.ts:1:7\)/,
    ],
    ['loops for ever', `for (;;);\n${valid}`, /x\.projection\.ts was still not loaded after 5 s/],
    [
      'loops at the first event',
      valid.replace('const { url }', 'for (;;);\n    const { url }'),
      /x\.projection\.ts did not come back within 5 s, and was stopped, at the event of position \d+/,
    ],
  ])('a file that %s', async (_, text, sentence) => {
    await refused(own('bad', text), sentence);
    expect(readdirSync(join(data, 'definitions')).sort()).toEqual(['registry.json']);
  });

  it('where one is refused, the one that was added before goes on', async () => {
    // The log holds events that make it loop by now.
    const file = own('good', valid.replace(/.*for \(.*\n/g, ''));
    expect((await add(file)).code).toBe(0);
    await soon(cellsPath, expect.objectContaining({ status: 200 }));
    const before = (await get(cellsPath)).body;
    writeFileSync(file, readFileSync(file, 'utf8').replace('const { url }', 'for (;;);\n    const { url }'));
    expect((await add(file)).code).toBe(1);
    expect((await get(cellsPath)).body).toEqual(before);
    expect((await run('verify')).code).toBe(0);
  });
});
