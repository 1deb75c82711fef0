import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricAnswer } from '../../libs/metrics/define.ts';
import type {
  Difference,
  EntityExplanation,
  Explanation,
  ProjectionStatus,
} from '../../libs/projecting/port.ts';
import { projections } from '../../projections/index.ts';
import { eventsIn, leadfold, newFolder, type Ended } from './cli-child.ts';
import { leadfoldHere } from './cli-here.ts';

jest.setTimeout(90_000);

const folder = newFolder();
const data = join(folder, 'deep', 'data');
/** In this process, where nothing hangs on its being one of its own. */
const on = (...words: readonly string[]): Promise<Ended> => leadfoldHere([...words, '--data', data]);
const json = async <T>(...words: readonly string[]): Promise<T> => {
  const { code, out, err } = await on(...words, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as T;
};
interface EventLine {
  readonly position: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly metadata: { readonly leadId?: string };
}
const lines = (out: string): readonly EventLine[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as EventLine);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

let demo: Ended;
beforeAll(async () => {
  demo = await leadfold(['demo', '--leads', '150', '--seed', 'e2e', '--data', data]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('leadfold demo', () => {
  it('fills the folder, prints its numbers on stdout and what to try next on stderr', () => {
    expect(demo.code).toBe(0);
    expect(demo.out).toMatch(/How far leads come\n\nstage +count .*\n─+\nvisitor +150 /);
    expect(demo.out).toContain('Who buys, by where they came from');
    expect(demo.out).toContain('How long a sale takes');
    expect(demo.err).toMatch(/^[\d,]+ steps of 150 leads written in [\d.]+ s\n/);
    expect(demo.err).toContain(`leadfold query funnel --by country --data ${data}`);
  });

  it('refuses a folder that holds events, whoever wrote them', async () => {
    const before = eventsIn(data);
    const again = await on('demo', '--leads', '150', '--seed', 'e2e');
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toBe(
      `leadfold: ${data} holds the demo of 150 leads, seed e2e, already; give --data another folder\n`,
    );
    expect((await on('demo')).code).toBe(1);
    expect(eventsIn(data)).toBe(before);
  });

  it('makes the same numbers of the same seed', async () => {
    const other = await leadfoldHere([
      'demo',
      '--leads',
      '150',
      '--seed',
      'e2e',
      '--data',
      join(folder, 'twin'),
    ]);
    expect(other.out).toBe(demo.out);
    const third = await leadfoldHere([
      'demo',
      '--leads',
      '150',
      '--seed',
      'x',
      '--data',
      join(folder, 'third'),
    ]);
    expect(third.out).not.toBe(demo.out);
  });
});

describe('leadfold query', () => {
  it('says the same in JSON, CSV and as a table', async () => {
    const words = ['query', 'close-rate', '--by', 'origin'] as const;
    const [answer, csv, table] = await Promise.all([
      json<MetricAnswer>(...words),
      on(...words, '--csv'),
      on(...words),
    ]);
    expect(answer).toMatchObject({ metric: 'close-rate', position: eventsIn(data) });
    expect(sum(answer.rows.map(({ leads }) => Number(leads)))).toBe(150);
    const rows: Record<string, string>[] = parse(csv.out, { columns: true });
    expect(rows.map(({ origin, leads, won }) => [origin, Number(leads), Number(won)])).toEqual(
      answer.rows.map(({ by, leads, won }) => [by['origin'] ?? '', leads, won]),
    );
    const counts = table.out
      .split('\n')
      .slice(2, -1)
      .map(line => line.split(/ {2,}/).slice(0, 3));
    expect(counts).toEqual(
      answer.rows.map(({ by, leads, won }) => [
        by['origin'] ?? '(none)',
        `${Number(leads)}`,
        `${Number(won)}`,
      ]),
    );
    expect(csv.err + table.err).not.toContain('leadfold:');
    expect(table.err).toContain('close rate: won / leads');
  });

  it('narrows down by dates and values; one dimension twice is either', async () => {
    const leads = async (...words: readonly string[]): Promise<number> => {
      const { rows } = await json<MetricAnswer>('query', 'close-rate', ...words);
      return sum(rows.map(row => Number(row['leads'])));
    };
    const [social, referral, both, none] = await Promise.all([
      leads('--where', 'origin:social'),
      leads('--where', 'origin:referral'),
      leads('--where', 'origin:social', '--where', 'origin:referral'),
      leads('--where', 'origin:'),
    ]);
    expect(both).toBe(social + referral);
    expect(none).toBeLessThan(20);
    const half = new Date(Date.now() - 182 * 86_400_000).toISOString().slice(0, 10);
    expect((await leads('--to', half)) + (await leads('--from', half))).toBe(150);
  });

  it("takes a metric's own parameters", async () => {
    const reached = async (...words: readonly string[]): Promise<number> => {
      const { rows } = await json<MetricAnswer>('query', 'funnel', ...words);
      return Number(rows.find(({ stage }) => stage === 'customer')?.['count']);
    };
    expect(await reached('--within', '7')).toBeLessThan(await reached());
  });

  it('takes --data and --json before the command as well', async () => {
    const { code, out } = await leadfold(['--data', data, '--json', 'query', 'close-rate']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ metric: 'close-rate' });
  });
});

describe('leadfold events', () => {
  it('prints the log, one JSON document a line, in order', async () => {
    const all = lines((await on('events')).out);
    expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
    expect(all).toHaveLength(eventsIn(data));
    expect(all[0]?.occurredAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('narrows down by lead, type and position', async () => {
    const [all, lead, captured, after, some] = await Promise.all([
      on('events'),
      on('events', '--lead', 'demo-00007'),
      on('events', '--type', 'LeadCaptured,OpportunityWon'),
      on('events', '--after', '500'),
      on('events', '--type', 'PageViewed', '--after', '100', '--limit', '3'),
    ]);
    const whole = lines(all.out);
    expect(lines(lead.out)).toEqual(whole.filter(({ metadata }) => metadata.leadId === 'demo-00007'));
    expect(lines(captured.out)).toEqual(
      whole.filter(({ type }) => ['LeadCaptured', 'OpportunityWon'].includes(type)),
    );
    expect(lines(after.out)).toEqual(whole.slice(500));
    expect(lines(some.out)).toEqual(
      whole.filter(({ type, position }) => type === 'PageViewed' && position > 100).slice(0, 3),
    );
  });

  it('warns of a type that nobody knows', async () => {
    const { code, out, err } = await on('events', '--type', 'LeadCapture');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe('no event type is called LeadCapture\n');
  });
});

describe('leadfold explain', () => {
  it('lists entities that add up to the number, over all pages', async () => {
    const { rows } = await json<MetricAnswer>('query', 'close-rate', '--where', 'origin:organic_search');
    const adds: Record<string, number> = {};
    let total: Explanation['total'] = {};
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const page: Explanation = await json<Explanation>(
        ...['explain', 'sales-cycle', '--where', 'origin:organic_search', '--limit', '20'],
        ...(cursor === '' ? [] : ['--cursor', cursor]),
      );
      for (const entity of page.entities)
        for (const [measure, value] of Object.entries(entity.adds))
          adds[measure] = (adds[measure] ?? 0) + value;
      ({ total, nextCursor: cursor } = page);
    }
    expect(pages).toBeGreaterThan(1);
    expect(adds).toEqual(total);
    expect(total['leads']).toBe(rows[0]?.['leads']);
    expect(total['leadsWon']).toBe(rows[0]?.['won']);
  });

  it('goes down to a lead, its state and its events', async () => {
    const found = await json<EntityExplanation>('explain', 'lead-funnel', '--entity', 'demo-00007');
    const log = lines((await on('events', '--lead', 'demo-00007')).out).filter(
      ({ type }) => type !== 'IdentityClaimed',
    );
    expect(found.events.map(({ position }) => position)).toEqual(
      log
        .filter(({ type }) => found.events.some(event => event.type === type))
        .map(({ position }) => position),
    );
    const { out } = await on('explain', 'lead-funnel', '--entity', 'demo-00007');
    expect(out).toMatch(/^demo-00007, at position \d+\n\nstate\n\{/);
    expect(out).toContain('LeadCaptured');
  });

  it('says how to go on, and that nothing is there', async () => {
    const more = await on('explain', 'lead-funnel', '--limit', '2');
    expect(more.out.split('\n').slice(2, 4).join()).toMatch(/^demo-00001 .*,demo-00002 /);
    expect(more.err).toMatch(/the next page: --cursor \S+\n$/);
    const none = await on('explain', 'lead-funnel', '--where', 'origin:nowhere');
    expect(none).toEqual({ code: 0, out: '', err: 'nothing adds to these cells\n' });
  });
});

describe('leadfold projections', () => {
  it('shows status by default', async () => {
    const found = await json<readonly ProjectionStatus[]>('projections');
    expect(found.map(({ name, status, lag, parked }) => [name, status, lag, parked]).toSorted()).toEqual(
      projections.map(({ name }) => [name, 'live', 0, 0]).toSorted(),
    );
    expect((await on('projections', 'status')).out).toMatch(
      /^name +version .*\n─+\n(.*\n)*lead-funnel +\d+ /,
    );
    expect(await on('projections', 'parked')).toEqual({ code: 0, out: '', err: 'nothing is parked\n' });
  });

  it('rebuilds, holds, compares, discards and approves; the numbers stay', async () => {
    const before = await json<MetricAnswer>('query', 'funnel');
    expect((await on('projections', 'rebuild', 'lead-funnel')).err).toContain(
      'lead-funnel is rebuilt and live',
    );
    expect((await on('projections', 'rebuild', 'lead-funnel', '--hold')).err).toContain(
      'is rebuilt and held',
    );
    expect((await on('projections', 'diff', 'lead-funnel')).err).toContain('no totals differ');
    expect((await on('projections', 'discard', 'lead-funnel')).code).toBe(0);
    expect((await on('projections', 'approve', 'lead-funnel')).code).toBe(1);
    await on('projections', 'rebuild', 'lead-funnel', '--hold');
    expect((await on('projections', 'approve', 'lead-funnel')).code).toBe(0);
    const after = await json<readonly ProjectionStatus[]>('projections');
    const status = after.find(({ name }) => name === 'lead-funnel');
    expect(status).toMatchObject({ name: 'lead-funnel', status: 'live', lag: 0 });
    expect(status?.generation).toBeGreaterThan(2);
    expect(await json<MetricAnswer>('query', 'funnel')).toEqual(before);
  });
});

describe('leadfold verify', () => {
  it('agrees', async () => {
    const { code, out, err } = await on('verify');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ok: the log’s [\d,]+ events are sound; lead-funnel, .*: exactly their fold\n$/);
    expect(await json('verify')).toEqual({ ok: true, position: eventsIn(data), log: [], differences: [] });
  });

  it('lists what differs and exits with 1 when a read model was tampered with', async () => {
    const copy = join(folder, 'tampered');
    cpSync(data, copy, { recursive: true });
    tamper(copy);
    const { code, out, err } = await leadfold(['verify', '--data', copy]);
    expect(code).toBe(1);
    expect(out).toMatch(/^read model +what +key +stored +folded\n/);
    expect(err).toMatch(
      /differences? in sales-cycle; made anew by `leadfold projections rebuild sales-cycle`\n$/,
    );
    const listed = JSON.parse((await leadfoldHere(['verify', '--json', '--data', copy])).out) as {
      readonly ok: boolean;
      readonly differences: readonly Difference[];
    };
    expect(listed.ok).toBe(false);
    expect(new Set(listed.differences.map(({ what }) => what))).toEqual(new Set(['state', 'cell']));
    await leadfoldHere(['projections', 'rebuild', 'sales-cycle', '--data', copy]);
    expect((await leadfoldHere(['verify', '--data', copy])).code).toBe(0);
  });

  it('finds a hole in the log', async () => {
    const copy = join(folder, 'hole');
    cpSync(data, copy, { recursive: true });
    const log = new Database(join(copy, 'log.sqlite'));
    log.prepare('DELETE FROM events WHERE position = 100').run();
    log.close();
    const { code, out } = await leadfold(['verify', '--data', copy]);
    expect(code).toBe(1);
    expect(out).toContain('log: position 100 is missing');
  });
});

/** Changes one lead's state and one total, as nobody should. */
const tamper = (at: string): void => {
  const read = join(at, 'read');
  const file = readdirSync(read).find(name => /^sales-cycle\.\d+\.sqlite$/.test(name)) ?? '';
  const db = new Database(join(read, file));
  const key = 'on_day, grain, bucket, d0, d1, d2, d3, d4, d5, d6, d7';
  db.prepare(`UPDATE cells SET m2 = m2 + 1 WHERE (${key}) = (SELECT ${key} FROM cells LIMIT 1)`).run();
  db.prepare("UPDATE entities SET state = '{}' WHERE id = 'demo-00007'").run();
  db.close();
};
