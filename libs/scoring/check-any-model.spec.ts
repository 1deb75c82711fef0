import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyModel } from '../../test/support/score-models.ts';
import { parseWorkspace } from '../engine/parse-workspace.ts';
import { checkModel } from './check-model.ts';

describe('any model in order', () => {
  it('has no fault, and is read from configuration as it was written', () => {
    fc.assert(
      fc.property(anyModel, model => {
        expect(checkModel(model)).toEqual([]);
        expect(parseWorkspace(JSON.stringify({ score: model })).score).toEqual(model);
      }),
      { numRuns: 200 },
    );
  });

  it('is refused with one sentence for a rule that stands twice, however often', () => {
    fc.assert(
      fc.property(anyModel, fc.nat(), fc.integer({ min: 1, max: 3 }), (model, n, times) => {
        const rule = model.engagement[n % model.engagement.length]!;
        const more = Array.from({ length: times }, () => rule);
        expect(checkModel({ ...model, engagement: [...model.engagement, ...more] })).toEqual([
          `/engagement: "${rule.name}" stands twice`,
        ]);
      }),
    );
  });

  it('is refused with one sentence for each rule of a group that it doesn’t have', () => {
    fc.assert(
      fc.property(anyModel, model => {
        const faults = checkModel({ ...model, groups: { other: 3 } });
        const named = [
          ...model.fit.map(rule => ['fit', rule] as const),
          ...model.engagement.map(rule => ['engagement', rule] as const),
        ].filter(([, { group }]) => group !== undefined);
        expect(faults).toEqual(
          named.map(
            ([kind, { name, group }]) => `/${kind}: "${name}" names the group "${group}"; groups are other`,
          ),
        );
        expect(checkModel({ ...model, groups: {} }).every(fault => fault.endsWith('groups are none'))).toBe(
          true,
        );
      }),
    );
  });

  it('is refused where two of its bands change places, each time with the names of the two', () => {
    fc.assert(
      fc.property(
        anyModel.filter(({ bands }) => bands.length > 2),
        fc.nat(),
        (model, n) => {
          const at = 1 + (n % (model.bands.length - 2));
          const bands = [...model.bands];
          [bands[at], bands[at + 1]] = [bands[at + 1]!, bands[at]!];
          expect(checkModel({ ...model, bands })).toContain(
            `/bands: "${bands[at + 1]!.name}" must have higher bounds than "${bands[at].name}" before it`,
          );
        },
      ),
    );
  });

  it('is refused where a band is left above where it begins, with both numbers', () => {
    fc.assert(
      fc.property(anyModel, fc.nat(), fc.integer({ min: 1, max: 50 }), (model, n, more) => {
        const at = 1 + (n % (model.bands.length - 1));
        const bands = model.bands.map((band, place) =>
          place === at ? { ...band, below: band.from + more } : band,
        );
        const { name, from, below } = bands[at]!;
        expect(checkModel({ ...model, bands })).toContain(
          `/bands: "${name}" is left below ${below}, which is above where it begins, ${from}`,
        );
      }),
    );
  });

  it('is refused where one bound of a band alone is no higher than that of the band before it', () => {
    fc.assert(
      fc.property(anyModel, fc.nat(), fc.constantFrom('from', 'below'), (model, n, bound) => {
        const at = 1 + (n % (model.bands.length - 1));
        const lower = model.bands[at - 1]!;
        const bands = model.bands.map((band, place) =>
          place === at ? { ...band, [bound]: lower[bound] } : band,
        );
        expect(checkModel({ ...model, bands })).toContain(
          `/bands: "${bands[at]!.name}" must have higher bounds than "${lower.name}" before it`,
        );
      }),
    );
  });

  it('may have a band that is left where it begins, without hysteresis', () => {
    fc.assert(
      fc.property(anyModel, model => {
        const bands = model.bands.map(band => ({ ...band, below: band.from }));
        expect(checkModel({ ...model, bands })).toEqual([]);
      }),
    );
  });

  it('is refused where its lowest band begins or is left above 0', () => {
    fc.assert(
      fc.property(anyModel, fc.constantFrom('from', 'below'), (model, bound) => {
        const [lowest, ...others] = model.bands;
        const bands = [{ ...lowest!, [bound]: 0.5 }, ...others];
        expect(checkModel({ ...model, bands })).toContain(
          '/bands: the lowest, "lowest", begins at 0: "from" and "below" are 0',
        );
      }),
    );
  });

  it('is refused for a group that caps fit and engagement alike', () => {
    fc.assert(
      fc.property(anyModel, model => {
        const engagement = model.engagement.map(rule => ({ ...rule, group: 'who' }));
        const fit = [{ name: 'x', field: 'company' as const, points: 1, group: 'who' }];
        expect(checkModel({ ...model, fit, engagement })).toEqual([
          '/groups: "who" has rules of fit and of engagement; a group caps one or the other',
        ]);
      }),
    );
  });
});
