import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { deal, move, stageNow, type Whereabouts } from './stage.ts';

type Step = (known: Whereabouts | undefined) => Whereabouts | undefined;
const moved =
  (stage: string, at: number): Step =>
  known =>
    move(known, stage, at, defaultWorkspace);
const opened =
  (at: number): Step =>
  known =>
    deal(known, 'opened', at);
const won =
  (at: number): Step =>
  known =>
    deal(known, 'won', at);
const now = (entry: { captured?: number }, ...steps: readonly Step[]): string =>
  stageNow(
    entry,
    steps.reduce<Whereabouts | undefined>((known, step) => step(known), undefined),
    defaultWorkspace,
  );
const captured = { captured: 1 };

describe('where a lead stands now', () => {
  it.each([
    ['a mere visitor', now({}), 'visitor'],
    ['a captured lead', now(captured), 'lead'],
    ['one that was moved', now(captured, moved('mql', 5)), 'mql'],
    ['one that was moved back', now(captured, moved('sql', 5), moved('lead', 7)), 'lead'],
    ['one whose move back arrived first', now(captured, moved('lead', 7), moved('sql', 5)), 'lead'],
    ['one with a deal', now(captured, moved('mql', 5), opened(6)), 'opportunity'],
    ['one with a deal won', now(captured, opened(6), won(9)), 'customer'],
    ['a customer with another deal', now(captured, won(6), opened(9)), 'customer'],
    ['one that was moved back after a deal', now(captured, opened(6), moved('mql', 8)), 'mql'],
    ['one that went on after that', now(captured, opened(6), moved('mql', 8), opened(9)), 'opportunity'],
    ['an advocate with another deal', now(captured, moved('advocate', 5), opened(6)), 'advocate'],
    ['one moved to a stage that there is not', now(captured, moved('legend', 5)), 'lead'],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected);
  });

  it('is of the workspace, whatever its stages are', () => {
    const workspace = { stages: ['stranger', 'friend'].map(name => ({ name, probability: 1 })) };
    expect(stageNow(captured, deal(undefined, 'won', 3), workspace)).toBe('stranger');
    expect(stageNow(captured, move(undefined, 'friend', 3, workspace), workspace)).toBe('friend');
  });

  it('does not depend on the order in which facts of different instants arrive', () => {
    const fact = fc.oneof(
      fc.constantFrom('lead', 'mql', 'sql').map(stage => (at: number) => moved(stage, at)),
      fc.constantFrom(opened, won),
    );
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 6 }), fc.func(fc.integer()), (facts, key) => {
        const steps = facts.map((make, at) => make(at));
        const order = steps.map((step, at) => ({ step, key: key(at) })).sort((a, b) => a.key - b.key);
        expect(now(captured, ...order.map(({ step }) => step))).toBe(now(captured, ...steps));
      }),
    );
  });
});
