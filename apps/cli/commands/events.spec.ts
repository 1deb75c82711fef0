import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { openEngine, parseSettings } from '../../../libs/engine/index.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { run } from '../run.ts';
import { fakeTerminal, runIn } from '../testing.ts';

interface Line {
  readonly position: number;
  readonly stream: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly leadId?: string };
}

const folder = temporaryFolder();
const leadfold = runIn(folder.path);
const linesIn = (out: string): readonly Line[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Line);
const events = async (...words: readonly string[]): Promise<readonly Line[]> => {
  const { code, out, err } = await leadfold('events', ...words);
  expect([code, err]).toEqual([0, '']);
  return linesIn(out);
};

let all: readonly Line[];
beforeAll(async () => {
  // More than two pages.
  await leadfold('demo', '--leads', '90', '--seed', 'events');
  all = await events();
});
afterAll(() => folder.remove());

describe('leadfold events', () => {
  it('prints the whole log, page by page, in order', () => {
    expect(all.length).toBeGreaterThan(2_000);
    expect(all.map(({ position }) => position)).toEqual(all.map((_, at) => at + 1));
  });

  it('shows what a plain look through the log finds, whatever is asked for', async () => {
    const leads = ['demo-00001', 'demo-00042', 'nobody'];
    const types = ['LeadCaptured', 'EmailSent', 'OpportunityWon', 'PageViewed'];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          lead: fc.option(fc.constantFrom(...leads)),
          type: fc.subarray(types),
          after: fc.option(fc.nat(all.length + 10)),
          limit: fc.option(fc.integer({ min: 1, max: 1_500 })),
        }),
        async ({ lead, type, after, limit }) => {
          const found = await events(
            ...(lead === null ? [] : ['--lead', lead]),
            ...(type.length === 0 ? [] : ['--type', type.join(',')]),
            ...(after === null ? [] : ['--after', String(after)]),
            ...(limit === null ? [] : ['--limit', String(limit)]),
          );
          const wanted = all
            .filter(({ position }) => position > (after ?? 0))
            .filter(({ metadata }) => lead === null || metadata.leadId === lead)
            .filter(line => type.length === 0 || type.includes(line.type))
            .slice(0, limit ?? Infinity);
          expect(found.map(({ position }) => position)).toEqual(wanted.map(({ position }) => position));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is as CSV what it is as JSON, with headings once', async () => {
    const { out } = await leadfold('events', '--csv');
    const rows = parse<Readonly<Record<string, string>>>(out, { columns: true });
    expect(rows).toHaveLength(all.length);
    rows.forEach((row, at) => {
      const { position, stream, type, occurredAt, data } = all[at]!;
      expect([row['position'], row['stream'], row['type'], row['occurredAt']]).toEqual([
        String(position),
        stream,
        type,
        occurredAt,
      ]);
      expect(JSON.parse(row['data']!)).toEqual(data);
      expect(row['unreadable']).toBe('');
    });
  });

  it('goes on from the position of any line, so that pages put together are the whole', async () => {
    const pages: Line[] = [];
    for (;;) {
      const page = await events('--after', String(pages.at(-1)?.position ?? 0), '--limit', '999');
      if (page.length === 0) break;
      pages.push(...page);
    }
    expect(pages).toEqual(all);
  });

  it('warns of types that nobody knows, and takes the others', async () => {
    const { code, out, err } = await leadfold('events', '--type', 'LeadCaptured,LeadCapturd,\u001bx');
    expect([code, err]).toEqual([0, 'no event type is called LeadCapturd, \\u001bx\n']);
    expect(linesIn(out)).toHaveLength(90);
  });

  it.each([
    [['--after', '-1'], 'it must be a whole number, 0 or more'],
    [['--limit', '0'], 'it must be a whole number, 1 or more'],
    [['--lead', ' '], 'it must not be empty'],
    [['--type', 'A,,B'], 'it is a list with commas between names'],
    [['--json', '--csv'], '--json and --csv can’t both be had'],
  ])('refuses %j', async (words, sentence) => {
    const { code, out, err } = await leadfold('events', ...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });

  it('prints nothing once it was stopped', async () => {
    const terminal = fakeTerminal();
    terminal.stop();
    expect(await run(['events', '--data', folder.path], terminal)).toBe(130);
    expect(terminal.out()).toBe('');
  });
});

describe('leadfold events --follow', () => {
  /** Waits for so many lines on stdout. */
  const until = async (terminal: ReturnType<typeof fakeTerminal>, lines: number): Promise<void> => {
    while (terminal.out().split('\n').length - 1 < lines)
      await new Promise(resolve => setTimeout(resolve, 5));
  };

  it('prints what comes while it runs, each event once, and ends well at Ctrl-C', async () => {
    const terminal = fakeTerminal();
    const after = ['--after', String(all.length - 1)];
    const following = run(['events', '--follow', ...after, '--data', folder.path], terminal);
    await until(terminal, 1);
    const engine = await openEngine(parseSettings({}, { data: folder.path }));
    for (const id of ['new-1', 'new-2']) {
      await engine.commands.captureLead({ id }, { command: 'captureLead', actor: 'spec' });
      await until(terminal, id === 'new-1' ? 2 : 3);
    }
    await engine.close();
    terminal.stop();
    expect(await following).toBe(0);
    const [last, ...added] = linesIn(terminal.out());
    expect(last).toEqual(all.at(-1));
    expect(added.map(({ stream, type }) => [stream, type])).toEqual([
      ['lead-new-1', 'LeadCaptured'],
      ['lead-new-2', 'LeadCaptured'],
    ]);
    expect(terminal.err()).toBe('');
  });

  it('ends by itself once it has as many as were asked for', async () => {
    const { code, out } = await leadfold('events', '--follow', '--limit', '3');
    expect([code, linesIn(out).map(({ position }) => position)]).toEqual([0, [1, 2, 3]]);
  });
});
