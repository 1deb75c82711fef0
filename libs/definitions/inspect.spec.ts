import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { testContext } from '../projecting/testing.ts';
import type { Bridge, Question } from './bridge.ts';
import { DefinitionRefused } from './errors.ts';
import { inspectProjection } from './inspect.ts';
import { bounds, heapMb, type Outcome, type Request } from './protocol.ts';

/** A bridge to a process that answers this, and what it was asked. */
const answering = (outcome: unknown): Bridge & { readonly asked: readonly Question[] } => {
  const asked: Question[] = [];
  return {
    asked,
    ask: question => {
      asked.push(question);
      return Promise.resolve((question.line === null ? null : outcome) as Outcome);
    },
    askNow: () => {
      throw new Error('an inspection lets other things go on');
    },
    close: () => Promise.resolve(),
  };
};

describe('looking into a file', () => {
  it('loads it for the calendar and workspace that it will fold by, within the time for loading', async () => {
    const bridge = answering({ ok: { manifest: { name: 'a' }, files: ['/x.ts'] } });
    const context = testContext();
    expect(await inspectProjection(bridge, 'mine/x.ts', context)).toEqual({
      manifest: { name: 'a' },
      files: ['/x.ts'],
    });
    const [load] = bridge.asked;
    expect(load).toMatchObject({ entry: resolve('mine/x.ts'), hello: null, within: bounds.load });
    expect(JSON.parse(load!.line!) as Request).toEqual({
      op: 'load',
      zone: context.calendar.zone,
      workspace: context.workspace,
    });
  });

  it.each([
    ['it is one', { ok: { manifest: {}, files: [] } }],
    ['it is none', { error: 'odd' }],
    ['it never ends', { hung: null }],
    ['it has ended', { ended: 'memory', at: null }],
  ])('ends its process where %s', async (_, outcome) => {
    const bridge = answering(outcome);
    await inspectProjection(bridge, '/x.ts', testContext()).catch(() => null);
    const [load, end] = bridge.asked;
    expect(bridge.asked).toHaveLength(2);
    expect(end).toEqual({ ...load, line: null });
  });

  it('asks a process of its own for each file', async () => {
    const bridge = answering({ ok: {} });
    for (const path of ['/a/x.ts', '/b/x.ts', '/b/../a/x.ts'])
      await inspectProjection(bridge, path, testContext());
    const [first, , second, , third] = bridge.asked.map(({ key }) => key);
    expect(second).not.toBe(first);
    expect(third).toBe(first);
  });

  it.each([
    [{ error: 'x.ts:1 is odd' }, '/a/x.ts can\u2019t be used: x.ts:1 is odd'],
    [{ ended: 'memory', at: null }, `more than ${heapMb} MB; loading must only define`],
    [
      { ended: 'time', at: null },
      '/a/x.ts was still not loaded after 5 s; is there a loop at the top of it?',
    ],
    [{ hung: null }, '/a/x.ts was still not loaded after 5 s'],
  ])('refuses it, saying which and why: %j', async (outcome, sentence) => {
    const looking = inspectProjection(answering(outcome), '/a/x.ts', testContext());
    await expect(looking).rejects.toThrow(DefinitionRefused);
    await expect(looking).rejects.toThrow(sentence);
  });
});
