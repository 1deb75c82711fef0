import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bridge, Question } from './bridge.ts';
import type { Outcome } from './protocol.ts';
import { runLater, runNow, type Steps } from './steps.ts';

const question = (line: string): Question => ({ key: 'k', entry: '/x.ts', hello: null, line, within: 1 });

/** Answers each question by its own words, or fails at one of them. */
const echo = (fails?: string): Bridge => {
  const askNow = ({ line }: Question): Outcome => {
    if (line === fails) throw new Error(`no answer to ${line}`);
    return { error: `re: ${line}` };
  };
  return {
    askNow,
    // Not `async`: what throws there must come as a rejection here.
    ask: asked => new Promise(answer => answer(askNow(asked))),
    close: () => Promise.resolve(),
  };
};

/** Asks one after another, and gives the answers in order. */
function* asking(lines: readonly string[]): Steps<readonly Outcome[]> {
  const heard: Outcome[] = [];
  for (const line of lines) heard.push(yield question(line));
  return heard;
}

describe('work that asks step by step', () => {
  it('hears the same whether it is waited for at once or later', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 5 }), async lines => {
        const heard = lines.map(line => ({ error: `re: ${line}` }));
        expect(runNow(echo(), asking(lines))).toEqual(heard);
        expect(await runLater(echo(), asking(lines))).toEqual(heard);
      }),
      { numRuns: 30 },
    );
  });

  it('asks nothing more once it failed', async () => {
    const asked: string[] = [];
    function* failing(): Steps<void> {
      for (const line of ['a', 'b', 'c']) {
        asked.push(line);
        yield question(line);
      }
    }
    expect(() => runNow(echo('b'), failing())).toThrow('no answer to b');
    await expect(runLater(echo('b'), failing())).rejects.toThrow('no answer to b');
    expect(asked).toEqual(['a', 'b', 'a', 'b']);
  });
});
