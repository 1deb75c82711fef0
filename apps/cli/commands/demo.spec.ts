import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricAnswer } from '../../../libs/metrics/define.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { run } from '../run.ts';
import { fakeTerminal, runIn, type Ran } from '../testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (name: string): string => join(folder.path, name);
const demo = (name: string, ...words: readonly string[]): Promise<Ran> => runIn(at(name))('demo', ...words);
const small = ['--leads', '40', '--seed', 'spec'] as const;

describe('leadfold demo', () => {
  it('shows its numbers, and what to try next on the same folder', async () => {
    const { code, out, err } = await demo('data', ...small);
    expect(code).toBe(0);
    const titles = out
      .split('\n\n')
      .map(part => part.trim())
      .filter(part => /^[A-Z]/.test(part));
    expect(titles).toEqual([
      'How far leads come',
      'Who buys, by where they came from',
      'How long a sale takes',
    ]);
    const next = err.split('\n').filter(line => line.startsWith('  leadfold '));
    expect(next).toHaveLength(5);
    // Each can be called as it stands, but for serving, which does not end.
    for (const line of next.slice(0, 4)) {
      const terminal = fakeTerminal();
      expect([line, await run(line.trim().split(' ').slice(1), terminal)]).toEqual([line, 0]);
    }
  });

  it('makes the same answers of the same seed, and others of another', async () => {
    const answers = async (name: string, seed: string): Promise<readonly MetricAnswer['rows'][]> => {
      const { out } = await demo(name, '--leads', '40', '--seed', seed, '--json');
      return (JSON.parse(out) as readonly MetricAnswer[]).map(({ rows }) => rows);
    };
    const one = await answers('one', 'a');
    expect(one).toHaveLength(3);
    expect(await answers('two', 'a')).toEqual(one);
    expect(await answers('three', 'b')).not.toEqual(one);
  });

  it('that was stopped goes on by the same command, to the same numbers', async () => {
    const larger = ['--leads', '100', '--seed', 'spec'];
    const whole = await demo('whole', ...larger, '--json');
    const terminal = fakeTerminal();
    const words = ['demo', ...larger, '--json', '--data', at('stopped')];
    const running = run(words, terminal);
    while (!existsSync(at('stopped/log.sqlite'))) await new Promise(resolve => setImmediate(resolve));
    terminal.stop();
    expect(await running).toBe(130);
    expect([terminal.out(), terminal.err()]).toEqual([
      '',
      expect.stringMatching(/^stopped after [\d,]+ of [\d,]+ steps; the same command goes on from there\n$/),
    ]);
    const rest = await demo('stopped', ...larger, '--json');
    expect(rest.code).toBe(0);
    const rowsIn = ({ out }: Ran): unknown =>
      (JSON.parse(out) as readonly MetricAnswer[]).map(({ rows }) => rows);
    expect(rowsIn(rest)).toEqual(rowsIn(whole));
  });

  it('leaves a folder with events in it alone', async () => {
    await demo('data', ...small);
    const before = await runIn(at('data'))('events');
    for (const words of [small, ['--leads', '41', '--seed', 'spec'], ['--leads', '40']]) {
      const { code, out, err } = await demo('data', ...words);
      expect([code, out]).toEqual([1, '']);
      expect(err).toBe(
        `leadfold: ${at('data')} holds the demo of 40 leads, seed spec, already; give --data another folder\n`,
      );
    }
    expect(await runIn(at('data'))('events')).toEqual(before);
  });

  it.each<[readonly string[], string]>([
    [['--leads', '0'], 'it must be a whole number, 1 to 1000000'],
    [['--leads', '1000001'], 'it must be a whole number, 1 to 1000000'],
    [['--seed', ' '], 'it must not be empty'],
    [['more'], 'too many arguments'],
  ])('refuses %j before it makes anything', async (words, sentence) => {
    const { code, err } = await demo('data', ...words);
    expect([code, existsSync(at('data'))]).toEqual([2, false]);
    expect(err).toContain(sentence);
  });
});

describe('leadfold bench', () => {
  it('names the benchmarks that there are where it is given another', async () => {
    const { code, out, err } = await runIn(at('data'))('bench', 'no-such');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^leadfold: there is no benchmark "no-such"; there are: \S+, .*\n$/);
  });
});
