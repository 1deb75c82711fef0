import { describe, expect, it } from '@jest/globals';
import type { Engine } from '../../libs/engine/port.ts';
import type { Projection } from '../../libs/projecting/define.ts';
import type { Run } from '../../libs/projecting/port.ts';
import { catchUp } from './catch-up.ts';
import { groupsOf, projectionOf, whereOf } from './cells.ts';
import { UsageError } from './exit.ts';
import { cellTable } from './output/cells.ts';
import { checkFormat, printResult, type Result } from './output/result.ts';
import { fakeTerminal } from './testing.ts';

const projection = {
  name: 'visits',
  dimensions: { origin: 'text', days: 'integer', seen: 'day' },
} as unknown as Projection;
const bare = { name: 'bare', dimensions: {} } as unknown as Projection;

describe('projectionOf', () => {
  it('names those that there are', () => {
    expect(projectionOf([bare, projection], 'visits')).toBe(projection);
    expect(() => projectionOf([bare, projection], 'visit')).toThrow(/"visit"; there are: bare, visits/);
  });
});

describe('whereOf', () => {
  it('gathers the values of a dimension, integers as numbers', () => {
    const asked = [
      { dimension: 'days', value: '-7' },
      { dimension: 'origin', value: '7' },
      { dimension: 'days', value: null },
      { dimension: 'days', value: '007' },
    ];
    expect(whereOf(projection, asked)).toEqual({ days: [-7, null, 7], origin: ['7'] });
    expect(whereOf(projection, [])).toEqual({});
  });

  it.each(['', ' 7', '7.0', '1e3', '0x7', '+7', '--7', 'x', '9'.repeat(16)])(
    'takes "%s" for no whole number',
    value => {
      expect(() => whereOf(projection, [{ dimension: 'days', value }])).toThrow(UsageError);
    },
  );

  it.each(['plan', 'toString', 'constructor', 'Origin', ''])('knows no dimension "%s"', dimension => {
    expect(() => whereOf(projection, [{ dimension, value: 'x' }])).toThrow(/it has: origin, days, seen/);
    expect(() => whereOf(bare, [{ dimension, value: 'x' }])).toThrow(/it has: none at all/);
  });
});

describe('groupsOf', () => {
  it('gives days their grain, and a dimension without one none', () => {
    expect(groupsOf(projection, ['seen', 'origin', 'days'])).toStrictEqual([
      { dimension: 'seen' },
      { dimension: 'origin' },
      { dimension: 'days' },
    ]);
    for (const grain of ['day', 'month', 'year'])
      expect(groupsOf(projection, [`seen:${grain}`])).toStrictEqual([{ dimension: 'seen', grain }]);
  });

  it.each([
    ['seen:week', /day, month or year, not by "week"/],
    ['seen:', /not by ""/],
    ['days:month', /no dimension of days/],
    ['origin:day', /no dimension of days/],
    ['plan:month', /no dimension "plan"/],
    [':month', /no dimension ""/],
  ])('refuses %s', (text, message) => {
    expect(() => groupsOf(projection, [text])).toThrow(message);
  });
});

describe('cellTable', () => {
  it('has dimensions first and tells nothing apart from a word', () => {
    const rows = [
      { by: { origin: null, days: 2018 }, sums: { leads: 1_234, wonRate: 0 } },
      { by: { origin: '', days: null }, sums: { leads: -5, wonRate: 0.5 } },
      { by: { origin: '\u001b[2J', days: 0 }, sums: { leads: 0, wonRate: 1 } },
    ];
    const [head, , ...lines] = cellTable(rows, null).split('\n');
    expect(head?.split(/ {2,}/)).toEqual(['origin', 'days', 'leads', 'won rate']);
    // A dimension's number is a name: it has no thousands. A sum is never a share, whatever its name.
    expect(lines.map(line => line.trim().split(/ {2,}/))).toEqual([
      ['(none)', '2018', '1,234', '0'],
      ['""', '(none)', '-5', '0.5'],
      ['\\u001b[2J', '0', '0', '1'],
    ]);
  });
});

describe('printResult', () => {
  const result: Result = {
    document: { rows: [1], position: 7 },
    rows: [{ origin: '=1+1', leads: 3 }],
    table: width => `table for ${width}`,
    empty: 'nothing there',
  };
  const printed = async (format: object, more: Partial<Result> = {}, tty = false) => {
    const terminal = fakeTerminal({ tty });
    await printResult(terminal, format, { ...result, ...more });
    return [terminal.out(), terminal.err()];
  };

  it('gives each what was asked for, on stdout alone', async () => {
    expect(await printed({})).toEqual(['table for null\n', '']);
    expect(await printed({}, {}, true)).toEqual(['table for 80\n', '']);
    expect(await printed({ csv: true })).toEqual(["origin,leads\n'=1+1,3\n", '']);
    const [json] = await printed({ json: true });
    expect(JSON.parse(json ?? '')).toEqual(result.document);
  });

  it('says on stderr that there is nothing, except to programs that read JSON', async () => {
    const none = { rows: [] };
    expect(await printed({}, none)).toEqual(['', 'nothing there\n']);
    expect(await printed({ csv: true }, none)).toEqual(['', 'nothing there\n']);
    expect((await printed({ json: true }, none))[1]).toBe('');
  });

  it('has one form at a time', () => {
    expect(() => checkFormat({ json: true, csv: true })).toThrow(UsageError);
    for (const format of [{}, { json: true }, { csv: true }, { json: true, csv: false }])
      expect(() => checkFormat(format)).not.toThrow();
  });
});

describe('catchUp', () => {
  it('hands on Ctrl-C, and takes its bar away also when it fails', async () => {
    const terminal = fakeTerminal({ tty: true });
    let given: Run = {};
    const projector = {
      catchUp: (run: Run) => {
        given = run;
        run.onProgress?.({ name: 'visits', position: 5, head: 10, rate: 1 });
        return Promise.reject(new Error('the log is away'));
      },
    };
    const settings = { eventStore: { kind: 'sqlite' } };
    await expect(catchUp(terminal, { projector, settings } as unknown as Engine)).rejects.toThrow(
      'the log is away',
    );
    expect(given.signal).toBe(terminal.signal);
    expect(terminal.err()).toContain('5 of 10 events');
    const before = terminal.err();
    // A bar that still ran would draw itself again.
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(terminal.err()).toBe(before);
  });
});
