import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metrics } from '../../projections/index.ts';
import { run } from './run.ts';
import { fakeTerminal, type FakeTerminal } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ran = async (
  words: readonly string[],
  terminal: FakeTerminal = fakeTerminal(),
): Promise<{ code: number; out: string; err: string }> => {
  const code = await run(words, terminal);
  return { code, out: terminal.out(), err: terminal.err() };
};

describe('run', () => {
  it('answers help on stdout, and a command that is none on stderr', async () => {
    const help = await ran(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toMatch(/^Usage: leadfold /);
    const odd = await ran(['frob']);
    expect(odd).toEqual({ code: 2, out: '', err: "leadfold: unknown command 'frob'; see leadfold --help\n" });
  });

  it.each([
    [
      ['query', 'funnel', '--form', '1'],
      "unknown option '--form' (Did you mean --from?); see leadfold query --help",
    ],
    [['demo', '--leads', 'x'], 'it must be a whole number, 1 to 1000000; see leadfold demo --help'],
    [['import', '--as', 'x'], "missing required argument 'files'; see leadfold import --help"],
  ] as const)('%j is one sentence and where to look', async (words, sentence) => {
    const { code, out, err } = await ran(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.split('\n')).toHaveLength(2);
    expect(err).toContain(sentence);
  });

  it('spells out escape sequences that it is given', async () => {
    expect((await ran(['query', '\u001b[2J'])).err).toBe(
      `leadfold: there is no metric "\\u001b[2J"; there are: ${metrics.map(({ name }) => name).join(', ')}\n`,
    );
  });

  it('takes settings from its environment, and --data before them', async () => {
    const terminal = fakeTerminal({ environment: { LEADFOLD_DATA: join(folder, 'env') } });
    expect((await ran(['events'], terminal)).err).toContain(join(folder, 'env'));
    const other = fakeTerminal({ environment: { LEADFOLD_DATA: join(folder, 'env') } });
    expect((await ran(['events', '--data', join(folder, 'word')], other)).err).toContain(
      join(folder, 'word'),
    );
  });

  it('shows progress and tables that fit on a terminal', async () => {
    const terminal = fakeTerminal({ tty: true });
    const { code, out, err } = await ran(['demo', '--leads', '60', '--data', folder], terminal);
    expect(code).toBe(0);
    expect(err).toContain('writing the demo');
    const wide = out.split('\n').filter(line => line.length > 80);
    expect(wide).toEqual([]);
  });

  it('does nothing more once it was stopped', async () => {
    const terminal = fakeTerminal();
    terminal.stop();
    const { code, out, err } = await ran(['demo', '--leads', '60', '--data', folder], terminal);
    expect({ code, out }).toEqual({ code: 130, out: '' });
    expect(err).toMatch(/^stopped after 0 of [\d,]+ steps; the same command goes on from there\n$/);
    const verified = await ran(['verify', '--data', folder], terminal);
    expect(verified.code).toBe(130);
  });
});
