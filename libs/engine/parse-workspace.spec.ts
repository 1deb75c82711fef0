import { describe, expect, it } from '@jest/globals';
import { defaultWorkspace } from '../projecting/workspace.ts';
import { parseWorkspace } from './parse-workspace.ts';

const stages = [
  { name: 'known', probability: 0.1 },
  { name: 'bought', probability: 1 },
];

describe('parseWorkspace', () => {
  it('keeps the defaults of what is left out', () => {
    expect(parseWorkspace('{}')).toEqual(defaultWorkspace);
    expect(parseWorkspace(JSON.stringify({ stages }))).toEqual({ ...defaultWorkspace, stages });
  });

  it('takes bounds that are not whole', () => {
    expect(parseWorkspace('{"plausible":{"amountBelow":0.5}}').plausible.amountBelow).toBe(0.5);
  });

  it('keeps the default days of inactivity among those that numbers are prepared for, each once and in order', () => {
    const churn = (text: string): unknown => parseWorkspace(text).churn;
    expect(churn('{"churn":{}}')).toEqual(defaultWorkspace.churn);
    expect(churn('{"churn":{"inactiveDays":45}}')).toEqual({ inactiveDays: 45, kept: [30, 45, 60, 90, 180] });
    expect(churn('{"churn":{"inactiveDays":7,"kept":[365,14,7,14]}}')).toEqual({
      inactiveDays: 7,
      kept: [7, 14, 365],
    });
    expect(churn('{"churn":{"kept":[]}}')).toEqual({ inactiveDays: 90, kept: [90] });
  });

  it('keeps the windows of the funnel, each once and in order', () => {
    expect(parseWorkspace('{"funnel":{"within":[30,0,7,30]}}').funnel).toEqual({ within: [0, 7, 30] });
    expect(parseWorkspace('{"funnel":{"within":[]}}').funnel).toEqual({ within: [] });
    expect(() => parseWorkspace('{"funnel":{"within":[-1]}}')).toThrow(/funnel\/within\/0/);
    expect(() => parseWorkspace('{"funnel":{}}')).toThrow(/funnel\/within/);
  });

  it.each([
    ['not an object', '[]', /Expected object|must be object/i],
    ['a single stage', JSON.stringify({ stages: stages.slice(0, 1) }), /\/stages/],
    ['a stage twice', JSON.stringify({ stages: [...stages, stages[0]] }), /"known" stands twice/],
    [
      'a probability above 1',
      JSON.stringify({ stages: [stages[0], { name: 'x', probability: 2 }] }),
      /\/stages\/1\/probability/,
    ],
    [
      'a stage without a name',
      JSON.stringify({ stages: [stages[0], { name: '', probability: 1 }] }),
      /\/stages\/1\/name/,
    ],
    ['a bound of nothing', '{"plausible":{"amountBelow":0}}', /\/plausible\/amountBelow/],
    ['no day of inactivity', '{"churn":{"inactiveDays":0}}', /\/churn\/inactiveDays/],
    ['part of a day of inactivity', '{"churn":{"kept":[30.5]}}', /\/churn\/kept\/0/],
    [
      'a member that nobody reads',
      '{"plausible":{"amountBelow":1,"amountAbove":2}}',
      /\/plausible\/amountAbove/,
    ],
  ])('refuses %s', (_, text, sentence) => {
    expect(() => parseWorkspace(text)).toThrow(sentence);
  });
});
