import type { ScoreModel } from './model.ts';

/** A small model with every kind of rule: conditions, own and group caps, several half-lives, values and mere presence. */
export const smallModel: ScoreModel = {
  name: 'small',
  version: 3,
  groups: { who: 22, web: 55 },
  fit: [
    { name: 'company', field: 'company', points: 10, group: 'who' },
    { name: 'boss', field: 'jobTitle', values: ['boss', 'owner'], points: 15, group: 'who' },
    { name: 'budget', field: 'attributes.budget', values: ['high'], points: 9 },
  ],
  engagement: [
    { name: 'page', on: 'PageViewed', points: 9, halfLifeDays: 2, cap: 25, group: 'web' },
    { name: 'form', on: 'FormSubmitted', points: 20, halfLifeDays: 10, group: 'web' },
    {
      name: 'demo',
      on: 'FormSubmitted',
      where: { form: ['demo'] },
      points: 17,
      halfLifeDays: 5,
      cap: 30,
      group: 'web',
    },
    { name: 'meeting', on: 'MeetingHeld', points: 30, halfLifeDays: 20.5, cap: 45 },
  ],
  bands: [
    { name: 'cold', from: 0, below: 0 },
    { name: 'warm', from: 25, below: 20 },
    { name: 'hot', from: 60, below: 50 },
  ],
};
