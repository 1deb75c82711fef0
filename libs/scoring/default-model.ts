import type { ScoreModel } from './model.ts';

/** The rules unless the configuration has others. */
export const defaultScoreModel: ScoreModel = {
  name: 'default',
  version: 1,
  groups: { profile: 25, web: 60, mail: 15, talk: 50 },
  fit: [
    { name: 'email-known', field: 'email', points: 2, group: 'profile' },
    { name: 'phone-known', field: 'phone', points: 3, group: 'profile' },
    { name: 'company-known', field: 'company', points: 5, group: 'profile' },
    { name: 'country-known', field: 'country', points: 2, group: 'profile' },
    { name: 'job-title-known', field: 'jobTitle', points: 3, group: 'profile' },
    {
      name: 'decides',
      field: 'jobTitle',
      values: ['*head*', '*chief*', '*director*', '*founder*', '*owner*', '*president*', 'ceo', 'cto', 'cmo'],
      points: 7,
      group: 'profile',
    },
    { name: 'referred', field: 'origin', values: ['referral', 'partner'], points: 3, group: 'profile' },
  ],
  engagement: [
    { name: 'page-viewed', on: 'PageViewed', points: 2, halfLifeDays: 14, cap: 20, group: 'web' },
    { name: 'form-submitted', on: 'FormSubmitted', points: 15, halfLifeDays: 30, cap: 30, group: 'web' },
    {
      name: 'content-downloaded',
      on: 'ContentDownloaded',
      points: 10,
      halfLifeDays: 30,
      cap: 25,
      group: 'web',
    },
    { name: 'email-opened', on: 'EmailOpened', points: 1, halfLifeDays: 14, cap: 5, group: 'mail' },
    { name: 'link-clicked', on: 'LinkClicked', points: 4, halfLifeDays: 21, cap: 15, group: 'mail' },
    { name: 'call-made', on: 'CallMade', points: 10, halfLifeDays: 30, cap: 20, group: 'talk' },
    { name: 'meeting-held', on: 'MeetingHeld', points: 25, halfLifeDays: 45, cap: 40, group: 'talk' },
  ],
  bands: [
    { name: 'cold', from: 0, below: 0 },
    { name: 'warm', from: 25, below: 20 },
    { name: 'hot', from: 60, below: 50 },
  ],
};
