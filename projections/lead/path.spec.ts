import { describe, expect, it } from '@jest/globals';
import { testContext } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { pathOf, pathUntil, reach } from './path.ts';

const day = 86_400_000;
const stages = (...names: readonly string[]): { stages: { name: string; probability: number }[] } => ({
  stages: names.map(name => ({ name, probability: 0.5 })),
});

describe('reaching a stage', () => {
  const context = testContext();

  it('keeps the earliest instant', () => {
    expect(reach({ mql: 5 }, 'mql', 3, context)).toEqual({ mql: 3 });
    const reached = { mql: 5 };
    expect(reach(reached, 'mql', 7, context)).toBe(reached);
    expect(reach(reached, 'sql', 7, context)).toEqual({ mql: 5, sql: 7 });
  });

  it('is nothing where the workspace has no such stage', () => {
    expect(reach(undefined, 'legend', 3, context)).toBeUndefined();
    expect(reach(undefined, 'constructor', 3, context)).toBeUndefined();
  });

  it('takes a stage of any name that is configured', () => {
    const workspace = { ...defaultWorkspace, ...stages('constructor', '__proto__') };
    const reached = reach(reach(undefined, 'constructor', 3, { ...context, workspace }), '__proto__', 4, {
      ...context,
      workspace,
    });
    expect(pathOf({ touched: 1 }, reached, workspace).furthest).toBe('__proto__');
  });
});

describe('the furthest stage', () => {
  it('of a captured lead is lead, of a mere visitor the first', () => {
    expect(pathOf({ captured: 1 }, undefined, defaultWorkspace).furthest).toBe('lead');
    expect(pathOf({ touched: 1 }, undefined, defaultWorkspace).furthest).toBe('visitor');
    expect(pathOf({ touched: 1, captured: 2 }, undefined, defaultWorkspace).furthest).toBe('lead');
  });

  it('is the first where the workspace has no stage for leads', () => {
    expect(pathOf({ captured: 1 }, undefined, stages('stranger', 'friend')).furthest).toBe('stranger');
  });

  it('is by the order of the workspace, not by time', () => {
    const reached = { sql: 50, opportunity: 20, mql: 90 };
    expect(pathOf({ captured: 1 }, reached, defaultWorkspace).furthest).toBe('opportunity');
  });

  it('ignores stages reached too late, to the millisecond', () => {
    const reached = { mql: 10 + 30 * day, sql: 11 + 30 * day };
    expect(pathOf({ captured: 10 }, reached, defaultWorkspace, 30).furthest).toBe('mql');
    expect(pathOf({ captured: 10 }, reached, defaultWorkspace, 29).furthest).toBe('lead');
    expect(pathOf({ captured: 10 }, { mql: 10 }, defaultWorkspace, 0).furthest).toBe('mql');
    expect(pathOf({ touched: 10, captured: 10 + 2 * day }, {}, defaultWorkspace, 1).furthest).toBe('visitor');
  });
});

describe('the stays', () => {
  it('are from first reaching a stage to first reaching a later one', () => {
    const reached = { mql: 30, customer: 90 };
    expect(pathOf({ touched: 10, captured: 20 }, reached, defaultWorkspace).stays).toEqual([
      { stage: 'mql', from: 30, to: 90 },
      { stage: 'lead', from: 20, to: 30 },
      { stage: 'visitor', from: 10, to: 20 },
    ]);
  });

  it('skip the visitor where a lead was captured at once', () => {
    expect(pathOf({ captured: 20 }, { mql: 20 }, defaultWorkspace).stays).toEqual([
      { stage: 'lead', from: 20, to: 20 },
    ]);
  });

  it('skip stages that were reached after a later one, so none is negative', () => {
    expect(pathOf({ captured: 20 }, { mql: 50, sql: 40, customer: 10 }, defaultWorkspace).stays).toEqual([]);
    expect(pathOf({ captured: 20 }, { mql: 50, sql: 40 }, defaultWorkspace).stays).toEqual([
      { stage: 'lead', from: 20, to: 40 },
    ]);
  });

  it('do not end by a stage that was reached too late', () => {
    expect(pathOf({ captured: 0 }, { mql: 40 * day }, defaultWorkspace, 30).stays).toEqual([]);
  });

  it('up to an instant end with it', () => {
    const reached = { mql: 30, opportunity: 60, customer: 90 };
    expect(pathUntil({ captured: 20 }, reached, defaultWorkspace, 90).stays).toEqual([
      { stage: 'opportunity', from: 60, to: 90 },
      { stage: 'mql', from: 30, to: 60 },
      { stage: 'lead', from: 20, to: 30 },
    ]);
    expect(pathUntil({ captured: 20 }, reached, defaultWorkspace, 120).stays[0]).toEqual({
      stage: 'customer',
      from: 90,
      to: 120,
    });
    expect(pathUntil({ captured: 20 }, reached, defaultWorkspace, 10).stays).toEqual([]);
  });
});
