import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFolder } from './fold.ts';
import { fingerprintOf, isMadeBy } from './fingerprint.ts';
import { defineProjection, leadOf, type Projection } from './define.ts';
import { testContext } from './testing.ts';
import {
  defaultWorkspace,
  narrowed,
  workspaceParts,
  type Workspace,
  type WorkspacePart,
} from './workspace.ts';

const changed: Workspace = {
  stages: [{ name: 'only', probability: 1 }],
  plausible: { amountBelow: 1 },
  funnel: { within: [1] },
  churn: { inactiveDays: 3, kept: [3] },
  score: { ...defaultWorkspace.score, name: 'another' },
};

const projection = (workspace?: readonly WorkspacePart[], change: Partial<Projection> = {}): Projection => ({
  ...defineProjection({
    name: 'looks',
    version: 1,
    entity: { PageViewed: leadOf },
    initialState: () => ({ seen: 0 }),
    evolve: ({ seen }, _, context) => ({ seen: seen + context.workspace.churn.inactiveDays }),
    dimensions: { seen: 'integer' },
    measures: ['leads'],
    ...(workspace === undefined ? {} : { workspace }),
  }),
  ...change,
});

const parts = fc.subarray([...workspaceParts]);

describe('the workspace of a projection', () => {
  it('has all parts that there are', () => {
    expect([...workspaceParts].sort()).toEqual(Object.keys(defaultWorkspace).sort());
  });

  it('is made anew by a change of a part that it looks at, and by no other', () => {
    fc.assert(
      fc.property(parts, parts, (looked, altered) => {
        const other = testContext({
          workspace: {
            ...defaultWorkspace,
            ...Object.fromEntries(altered.map(part => [part, changed[part]])),
          },
        });
        const same =
          fingerprintOf(testContext(), projection(looked)) === fingerprintOf(other, projection(looked));
        expect(same).toBe(!altered.some(part => looked.includes(part)));
      }),
    );
  });

  it('is told by the order of nothing', () => {
    const backwards = [...workspaceParts].reverse();
    expect(fingerprintOf(testContext(), projection(backwards))).toBe(
      fingerprintOf(testContext(), projection()),
    );
  });

  it.each<[string, () => string]>([
    ['another zone', () => fingerprintOf(testContext({ zone: 'Asia/Tokyo' }), projection())],
    ['another hash', () => fingerprintOf(testContext(), projection(undefined, { hash: 'x' }))],
    [
      'another dimension',
      () => fingerprintOf(testContext(), projection(undefined, { dimensions: { seen: 'text' } })),
    ],
    ['another measure', () => fingerprintOf(testContext(), projection(undefined, { measures: ['people'] }))],
  ])('is not all that counts: %s makes another read model', (_, other) => {
    expect(other()).not.toBe(fingerprintOf(testContext(), projection()));
  });

  it('tells a generation of this definition from one of another version or workspace', () => {
    const one = projection(['churn']);
    const made = { name: one.name, version: 1, fingerprint: fingerprintOf(testContext(), one) } as never;
    expect(isMadeBy(one, testContext(), made)).toBe(true);
    expect(
      isMadeBy(one, testContext({ workspace: { ...changed, churn: defaultWorkspace.churn } }), made),
    ).toBe(true);
    expect(isMadeBy(one, testContext({ workspace: changed }), made)).toBe(false);
    expect(isMadeBy({ ...one, version: 2 }, testContext(), made)).toBe(false);
  });

  it('shows what was declared, and throws at the rest', () => {
    fc.assert(
      fc.property(parts, looked => {
        const seen = narrowed(defaultWorkspace, 'looks', looked);
        for (const part of workspaceParts)
          if (looked.includes(part)) expect(seen[part]).toBe(defaultWorkspace[part]);
          else expect(() => seen[part]).toThrow(`looks reads workspace.${part}, which its definition`);
      }),
    );
  });

  it('parks the events of a projection that looks elsewhere, so that no number is stale', () => {
    const event = { id: 'e', type: 'PageViewed', data: { leadId: 'a' }, position: 1 } as never;
    const foldBy = (looked: readonly WorkspacePart[]) => {
      const folder = createFolder(projection(looked), testContext());
      const assigned = folder.assign([{ event, raw: event, error: null }], new Set());
      return folder.fold(assigned, () => undefined, new Set());
    };
    expect(foldBy(['score']).park).toMatchObject([
      { error: expect.stringMatching(/^UndeclaredPart: looks reads workspace\.churn/) },
    ]);
    expect(foldBy(['churn', 'score']).park).toEqual([]);
  });

  it.each([[['colour']], [['stages', '__proto__']], ['stages']])('refuses to be %j', parts => {
    expect(() => projection(parts as never)).toThrow(/the workspace has no ".+"; it has stages, plausible/);
  });
});
