import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { dayMs, type Path } from '../lead/path.ts';
import { ask } from '../testing.ts';
import { funnel } from './funnel.metric.ts';
import { stepsOf, windowsFrom } from './within.ts';

const entered = Date.UTC(2018, 0, 1, 12);
const windowOf = windowsFrom(entered, [7, 30]);

describe('the window of an instant', () => {
  it.each([
    [-5 * dayMs, 7],
    [0, 7],
    [7 * dayMs, 7],
    [7 * dayMs + 1, 30],
    [30 * dayMs, 30],
    [30 * dayMs + 1, null],
  ])('%d ms after the entry is %p', (after, window) => {
    expect(windowOf(entered + after)).toBe(window);
  });
});

describe('the furthest stage by windows', () => {
  const path: Path = {
    furthest: 'customer',
    since: entered + 40 * dayMs,
    stays: [
      { stage: 'sql', from: entered + 8 * dayMs, to: entered + 40 * dayMs },
      { stage: 'mql', from: entered + dayMs, to: entered + 8 * dayMs },
      { stage: 'lead', from: entered, to: entered + dayMs },
    ],
  };

  it('is left in the window in which a later one is reached', () => {
    expect(stepsOf(path, windowOf)).toEqual([
      { stage: 'customer', within: null, leads: 1 },
      { stage: 'sql', within: 30, leads: 1 },
      { stage: 'sql', within: null, leads: -1 },
      { stage: 'mql', within: 7, leads: 1 },
      { stage: 'mql', within: 30, leads: -1 },
    ]);
  });

  it('is one for whoever came no further', () => {
    const still: Path = { furthest: 'lead', since: entered, stays: [] };
    expect(stepsOf(still, windowOf)).toEqual([{ stage: 'lead', within: 7, leads: 1 }]);
  });
});

describe('a number of days that is kept', () => {
  const hour = 3_600_000;
  const fact = fc.record({
    type: fc.constantFrom('LeadCaptured', 'PageViewed', 'OpportunityOpened', 'OpportunityWon', 'mql', 'sql'),
    lead: fc.constantFrom('a', 'b', 'c'),
    // On the hour, and a millisecond beside it.
    at: fc
      .tuple(fc.integer({ min: 0, max: 12 * 24 }), fc.integer({ min: -1, max: 1 }))
      .map(([hours, ms]) => Date.UTC(2018, 2, 20) + hours * hour + ms),
  });
  const eventOf = ({ type, lead, at }: { type: string; lead: string; at: number }): ShortEvent => {
    const is = (name: string): boolean => type.startsWith(name);
    const data = is('Opportunity')
      ? { opportunityId: 'x', amount: { amount: 500, currency: 'EUR' } }
      : is('Page')
        ? { touchpointId: 't' }
        : is('Lead')
          ? { origin: lead }
          : { stage: type };
    return {
      type: /^[A-Z]/.test(type) ? type : 'LeadStageChanged',
      occurredAt: at,
      data: { leadId: lead, ...data },
    } as ShortEvent;
  };
  const kept = (within: readonly number[]) =>
    testContext({ zone: 'Europe/Berlin', workspace: { ...defaultWorkspace, funnel: { within } } });

  it('is answered from cells as from the leads themselves', async () => {
    const run = fc.asyncProperty(
      fc.array(fact, { maxLength: 25 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom([], ['origin'], ['cohortDay']),
      fc.option(fc.constantFrom('2018-03-22', '2018-03-22T05:00:00Z'), { nil: undefined }),
      async (facts, windows, by, from) => {
        const sorted = windows.toSorted((a, b) => a - b);
        for (const within of sorted) {
          const query = { by, params: { within }, ...(from !== undefined && { from }) };
          const events = facts.map(eventOf);
          const fromCells = await ask(funnel, events, query, kept(sorted));
          expect(fromCells.rows).toEqual((await ask(funnel, events, query, kept([]))).rows);
        }
      },
    );
    await fc.assert(run, { numRuns: 120 });
  });
});
