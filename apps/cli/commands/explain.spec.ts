import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { EntityExplanation, Explanation } from '../../../libs/projecting/port.ts';
import { projections } from '../../../projections/index.ts';
import { runIn, type Ran } from '../testing.ts';

const folder = temporaryFolder();
const leadfold = runIn(folder.path);
const explain = (...words: readonly string[]): Promise<Ran> => leadfold('explain', ...words);
const json = async <T>(...words: readonly string[]): Promise<T> =>
  JSON.parse((await leadfold(...words, '--json')).out) as T;

interface Cells {
  readonly rows: readonly {
    readonly by: Readonly<Record<string, string | null>>;
    readonly sums: Readonly<Record<string, number>>;
  }[];
}

beforeAll(async () => {
  await leadfold('demo', '--leads', '40', '--seed', 'explain');
});
afterAll(() => folder.remove());

/** All entities behind a total, page by page. */
const allPages = async (...words: readonly string[]): Promise<Explanation['entities']> => {
  const found: Explanation['entities'][number][] = [];
  let cursor: string | null = null;
  do {
    const more: readonly string[] = cursor === null ? [] : ['--cursor', cursor];
    const page: Explanation = await json<Explanation>('explain', ...words, '--limit', '7', ...more);
    expect(page.entities.length).toBeLessThanOrEqual(7);
    found.push(...page.entities);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
};

const added = (entities: Explanation['entities'], measure: string): number =>
  entities.reduce((sum, { adds }) => sum + (adds[measure] ?? 0), 0);

describe('leadfold explain', () => {
  it.each(projections.filter(({ measures }) => measures.length > 0).map(({ name }) => name))(
    '%s: the entities add up to the totals that the read model has',
    async name => {
      const { rows } = await json<Cells>('projections', 'cells', name);
      const entities = await allPages(name);
      expect(new Set(entities.map(({ id }) => id)).size).toBe(entities.length);
      for (const [measure, sum] of Object.entries(rows[0]?.sums ?? {}))
        expect([measure, added(entities, measure)]).toEqual([measure, sum]);
    },
  );

  it('has each entity of a total, and none of another', async () => {
    const { rows } = await json<Cells>('projections', 'cells', 'lead-funnel', '--by', 'origin');
    for (const { by, sums } of rows) {
      const where = `origin:${by['origin'] ?? ''}`;
      expect([where, added(await allPages('lead-funnel', '--where', where), 'leads')]).toEqual([
        where,
        sums['leads'],
      ]);
    }
  });

  it('shows a page as a table, with the total of all pages and how to go on', async () => {
    const { out, err } = await explain('lead-funnel', '--limit', '3');
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(2 + 3 + 1);
    expect(lines.at(-1)).toMatch(/^total +/);
    const { nextCursor } = await json<Explanation>('explain', 'lead-funnel', '--limit', '3');
    expect(err).toBe(`there are more; the next page: --cursor ${nextCursor}\n`);
    const rows = parse<Readonly<Record<string, string>>>(
      (await explain('lead-funnel', '--limit', '3', '--csv')).out,
      {
        columns: true,
      },
    );
    expect(rows.map(row => row['id'])).toEqual(lines.slice(2, 5).map(line => line.split(' ')[0]));
  });

  it('shows an entity: its state, what it adds, and its events', async () => {
    const found = await json<EntityExplanation>('explain', 'lead-funnel', '--entity', 'demo-00007');
    const { out } = await explain('lead-funnel', '--entity', 'demo-00007');
    expect(out).toMatch(/^demo-00007, at position \d+\n\nstate\n\{/);
    const [, events = ''] = out.split('\nevents\n');
    expect(events.trimEnd().split('\n')).toHaveLength(2 + found.events.length);
    const { out: csv } = await explain('lead-funnel', '--entity', 'demo-00007', '--csv');
    const rows = parse<Readonly<Record<string, string>>>(csv, { columns: true });
    expect(rows.map(({ id }) => id)).toEqual(found.events.map(({ id }) => id));
  });

  it('shows a score line by line where it is asked for the scores', async () => {
    const score = /^score -?\d+\.\d\d = fit \d+\.\d\d \+ engagement \d+\.\d\d after caps: \w+/m;
    expect((await explain('lead-score', '--entity', 'demo-00007')).out).toMatch(score);
    expect((await explain('lead-funnel', '--entity', 'demo-00007')).out).not.toMatch(score);
  });

  it('says that nothing adds to what was asked for', async () => {
    expect(await explain('lead-funnel', '--where', 'origin:nowhere')).toEqual({
      code: 0,
      out: '',
      err: 'nothing adds to these cells\n',
    });
  });

  it.each<[readonly string[], number, string]>([
    [['lead-funel'], 2, 'there is no projection "lead-funel"; there are: lead-funnel'],
    [['lead-funnel', '--where', 'colour:red'], 2, 'lead-funnel has no dimension "colour"; it has: '],
    [['lead-funnel', '--where', 'entered:soon'], 2, 'soon'],
    [['lead-funnel', '--limit', '1001'], 2, 'it must be a whole number, 1 to 1000'],
    [['lead-funnel', '--cursor', 'x'], 2, 'cursor'],
    [['lead-funnel', '--csv', '--json'], 2, 'can’t both be had'],
    [[], 2, "missing required argument 'projection'; see leadfold explain --help"],
  ])('refuses %j', async (words, code, sentence) => {
    const ended = await explain(...words);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toContain(sentence);
  });

  it('says that there is no such entity', async () => {
    const { code, err } = await explain('lead-funnel', '--entity', 'nobody');
    expect(code).not.toBe(0);
    expect(err).toContain('nobody');
  });
});
