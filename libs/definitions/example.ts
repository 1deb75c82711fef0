/** A small projection that works, and its spec, for somebody to start from. */
export interface Example {
  /** Contents by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** The projection's own file name. */
  readonly entry: string;
  readonly spec: string;
}

/**
 * @param name of the projection: lower case, digits and hyphens
 * @param runner `jest` within the repository, Node's own test runner elsewhere
 */
export const exampleOf = (name: string, runner: 'jest' | 'node'): Example => {
  const entry = `${name}.projection.ts`;
  const spec = runner === 'jest' ? `${name}.spec.ts` : `${name}.test.ts`;
  const variable = camel(name);
  return {
    entry,
    spec,
    files: new Map([
      [entry, projectionText(name, variable)],
      [spec, specText(variable, entry, runner)],
    ]),
  };
};

/** @example camel('won-by-segment') // 'wonBySegment' */
const camel = (name: string): string => {
  const word = name.replace(/-+([a-z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
  return reserved.has(word) ? `${word}Projection` : word;
};

const reserved = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

const projectionText = (name: string, variable: string): string => `\
import { defineProjection, leadOf } from 'leadfold/projecting';

interface Visitor {
  readonly landing?: string | null;
  readonly won?: true;
}

/** Leads by the page on which they were first seen, and how many of them were won. */
export const ${variable} = defineProjection({
  name: '${name}',
  version: 1,
  description: 'Leads and won leads by landing page',
  // The events that matter, and whose they are.
  entity: { LeadCaptured: leadOf, OpportunityWon: leadOf },
  initialState: (): Visitor => ({}),

  // The state after each event. Give back a new object, or the same one when nothing changes.
  evolve: (visitor, event): Visitor => {
    switch (event.type) {
      case 'LeadCaptured':
        return { landing: event.data.landingPage ?? null, ...visitor };
      case 'OpportunityWon':
        return visitor.won ? visitor : { ...visitor, won: true };
    }
  },

  // What the state adds to the totals.
  dimensions: { landing: 'text' },
  measures: ['leads', 'won'],
  contributes: ({ landing, won }) => [
    { cell: { landing: landing ?? null }, add: { leads: 1, won: won ? 1 : 0 } },
  ],
});
`;

const specText = (variable: string, entry: string, runner: 'jest' | 'node'): string => {
  const [imports, equal] =
    runner === 'jest'
      ? [`import { describe, expect, it } from '@jest/globals';`, jestEqual]
      : [
          `import { deepEqual } from 'node:assert/strict';\nimport { describe, it } from 'node:test';`,
          nodeEqual,
        ];
  return `\
${imports}
import { specify } from 'leadfold/projecting';
import { ${variable} } from './${entry}';

const seen = (leadId: string, landingPage?: string) => ({
  type: 'LeadCaptured' as const,
  data: { leadId, ...(landingPage === undefined ? {} : { landingPage }) },
  occurredAt: '2026-01-31',
});
const won = (leadId: string) => ({
  type: 'OpportunityWon' as const,
  data: { leadId, opportunityId: \`\${leadId}-1\` },
  occurredAt: '2026-02-28',
});

const byLanding = { by: [{ dimension: 'landing' }] };

describe('${variable}', () => {
  it('counts leads by their landing page', () => {
    specify(${variable})
      .given(seen('ann', '/pricing'), seen('bob', '/pricing'), seen('eve'))
      .then(({ cells }) => {
        ${equal(
          'cells(byLanding)',
          `[
          { by: { landing: null }, sums: { leads: 1, won: 0 } },
          { by: { landing: '/pricing' }, sums: { leads: 2, won: 0 } },
        ]`,
        )};
      });
  });

  it('counts a lead as won once, wherever its events stand', () => {
    specify(${variable})
      .given(won('ann'), seen('ann', '/pricing'), won('ann'))
      .then(({ cells }) => {
        ${equal('cells(byLanding)', `[{ by: { landing: '/pricing' }, sums: { leads: 1, won: 1 } }]`)};
      });
  });
});
`;
};

const jestEqual = (actual: string, wanted: string): string => `expect(${actual}).toEqual(${wanted})`;
const nodeEqual = (actual: string, wanted: string): string => `deepEqual(${actual}, ${wanted})`;
