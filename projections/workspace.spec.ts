import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../libs/projecting/fingerprint.ts';
import { testContext } from '../libs/projecting/testing.ts';
import { defaultWorkspace, type Workspace } from '../libs/projecting/workspace.ts';
import { projections } from './index.ts';

/** The shipped read models that a workspace makes anew. */
const madeAnew = (change: Partial<Workspace>): readonly string[] => {
  const after = testContext({ workspace: { ...defaultWorkspace, ...change } });
  return projections
    .filter(projection => fingerprintOf(testContext(), projection) !== fingerprintOf(after, projection))
    .map(({ name }) => name)
    .sort();
};

describe('a change of the workspace makes anew', () => {
  it.each<[string, Partial<Workspace>, readonly string[]]>([
    ['the score model', { score: { ...defaultWorkspace.score, name: 'mine' } }, ['lead-score']],
    ['the stages', { stages: [] }, ['lead-funnel', 'lead-score', 'sales-cycle']],
    ['the plausible amount', { plausible: { amountBelow: 5 } }, ['lead-funnel', 'revenue', 'sales-cycle']],
    ['the days of the funnel', { funnel: { within: [3] } }, ['lead-funnel']],
    ['the days of churn', { churn: { inactiveDays: 10, kept: [10] } }, ['customers']],
    ['nothing', {}, []],
  ])('by %s what is made of it, and nothing else', (_, change, names) => {
    expect(madeAnew(change)).toEqual(names);
  });
});
