import fc from 'fast-check';
import type { ScoreModel } from '../../libs/scoring/model.ts';

const groups = ['web', 'talk'] as const;

const engagement = fc.record({
  points: fc.integer({ min: 1, max: 40 }),
  halfLifeDays: fc.integer({ min: 1, max: 900 }).map(tenths => tenths / 10),
  cap: fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined }),
  group: fc.option(fc.constantFrom(...groups), { nil: undefined }),
});

const fit = fc.record({
  points: fc.integer({ min: 1, max: 30 }),
  group: fc.option(fc.constant('who'), { nil: undefined }),
});

/** Bounds between 1 and 100, each band's lower one between those of the band before it and its own upper one. */
const bands = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 8 }).map(bounds => {
  const sorted = bounds.sort((a, b) => a - b);
  const upper = Array.from({ length: Math.floor(sorted.length / 2) }, (_, n) => ({
    name: `band-${n + 1}`,
    from: sorted[2 * n + 1]!,
    below: sorted[2 * n]!,
  }));
  return [{ name: 'lowest', from: 0, below: 0 }, ...upper];
});

/** Any model of up to six rules of each kind, all of engagement on one type, so that a rule is told by its number alone. */
export const anyModel: fc.Arbitrary<ScoreModel> = fc
  .record({
    rules: fc.array(engagement, { minLength: 1, maxLength: 6 }),
    fits: fc.array(fit, { maxLength: 4 }),
    caps: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: 90 }))),
    bands,
  })
  .map(({ rules, fits, caps: [who, web, talk], bands: levels }) => ({
    name: 'any',
    version: 1,
    groups: { who: who!, web: web!, talk: talk! },
    engagement: rules.map(({ cap, group, ...rule }, n) => ({
      ...{ name: `rule-${n}`, on: 'PageViewed' as const, ...rule },
      ...(cap !== undefined && { cap }),
      ...(group !== undefined && { group }),
    })),
    fit: fits.map(({ points, group }, n) => ({
      ...{ name: `fit-${n}`, field: `attributes.a${n}` as const, points },
      ...(group !== undefined && { group }),
    })),
    bands: levels,
  }));
