import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseWorkspace } from '../engine/parse-workspace.ts';
import { checkModel } from './check-model.ts';
import { defaultScoreModel } from './default-model.ts';
import type { ScoreModel } from './model.ts';
import { smallModel } from './testing.ts';

const configured = (score: unknown): ScoreModel => parseWorkspace(JSON.stringify({ score })).score;
const changed = (change: Readonly<Record<string, unknown>>): unknown => ({
  ...smallModel,
  ...change,
});
const [cold, warm, hot] = smallModel.bands;
const [page] = smallModel.engagement;

describe('a score model', () => {
  it('by default has no fault and can be written down as configuration', () => {
    expect(checkModel(defaultScoreModel)).toEqual([]);
    expect(configured(defaultScoreModel)).toEqual(defaultScoreModel);
    expect(configured(smallModel)).toEqual(smallModel);
  });

  it('is as docs/metrics.md shows it', () => {
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const [, example = ''] = /```json\n(\{\s+"score"[\s\S]*?)```/.exec(page) ?? [];
    expect(parseWorkspace(example).score.name).toBe('ours');
    for (const { name, from, below } of defaultScoreModel.bands.slice(1))
      expect(page).toMatch(new RegExp(`\\| \`${name}\` +\\| ${from} +\\| ${below} +\\|`));
  });

  it('may have neither groups, fit nor engagement', () => {
    const given = { name: 'empty', version: 1, fit: [], engagement: [], bands: smallModel.bands };
    expect(configured(given).groups).toEqual({});
  });

  it.each([
    ['a version that is none', changed({ version: 0 }), /\/score\/version/],
    ['a name with spaces', changed({ name: 'my model' }), /\/score\/name/],
    ['an unknown member', changed({ rules: [] }), /\/score\/rules/],
    ['a single band', changed({ bands: [cold] }), /\/score\/bands/],
    ['a band beyond 100', changed({ bands: [cold, { ...warm, from: 101 }] }), /\/score\/bands\/1\/from/],
    [
      'a lowest band that begins above 0',
      changed({ bands: [warm, hot] }),
      /\/score\/bands: the lowest, "warm", begins at 0/,
    ],
    [
      'bands upside down',
      changed({ bands: [cold, hot, warm] }),
      /"warm" must have higher bounds than "hot" before it/,
    ],
    [
      'a band that is left above where it begins',
      changed({ bands: [cold, { name: 'warm', from: 20, below: 25 }] }),
      /"warm" is left below 25, which is above where it begins, 20/,
    ],
    ['a band twice', changed({ bands: [cold, warm, { ...hot, name: 'warm' }] }), /"warm" stands twice/],
    ['a rule twice', changed({ engagement: [page, page] }), /\/score\/engagement: "page" stands twice/],
    [
      'a group that is not there',
      changed({ groups: { who: 10 } }),
      /"page" names the group "web"; groups are who/,
    ],
    [
      'a group of both kinds',
      changed({ fit: [{ name: 'x', field: 'email', points: 1, group: 'web' }] }),
      /"web" has rules of fit and of engagement/,
    ],
    ['points that take away', changed({ engagement: [{ ...page, points: -1 }] }), /engagement\/0\/points/],
    ['no half-life', changed({ engagement: [{ ...page, halfLifeDays: 0 }] }), /engagement\/0\/halfLifeDays/],
    ['a type that is no touchpoint', changed({ engagement: [{ ...page, on: 'OrderPlaced' }] }), /\/0\/on/],
    ['an unknown field', changed({ fit: [{ name: 'x', field: 'shoeSize', points: 1 }] }), /fit\/0\/field/],
    [
      'a condition without values',
      changed({ engagement: [{ ...page, where: { url: [] } }] }),
      /engagement\/0\/where/,
    ],
  ])('with %s is refused with a sentence', (_, score, sentence) => {
    expect(() => configured(score)).toThrow(sentence);
  });
});
