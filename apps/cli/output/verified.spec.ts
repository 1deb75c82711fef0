import { describe, expect, it } from '@jest/globals';
import { differenceList, soundSentence, verdict, type Verified } from './verified.ts';

const sound: Verified = {
  position: 1_234,
  counted: true,
  projections: ['lead-funnel', 'sales-cycle'],
  log: [],
  differences: [],
};
const odd: Verified = {
  ...sound,
  log: ['position 7 is missing\u001b'],
  differences: [
    {
      projection: 'sales-cycle',
      what: 'cell',
      key: 'origin=social',
      stored: { deals: 3 },
      folded: { deals: 2 },
    },
    { projection: 'sales-cycle', what: 'state', key: 'a', stored: null, folded: {} },
  ],
};

describe('what verify says', () => {
  it('is a sentence when all is well', () => {
    expect(soundSentence(sound)).toBe(
      'ok: the log’s 1,234 events are sound; lead-funnel, sales-cycle: exactly their fold',
    );
    expect(soundSentence({ ...sound, counted: false })).toMatch(
      /^ok: the log’s events up to position 1,234 are sound; /,
    );
    expect(verdict(sound)).toBe('');
  });

  it('is a list of faults and differences, and what to do, when it is not', () => {
    const lines = differenceList(odd, null).split('\n');
    expect(lines[0]).toBe('log: position 7 is missing\\u001b');
    expect(lines[3]).toMatch(/^sales-cycle +cell +origin=social +\{"deals":3\} +\{"deals":2\}$/);
    expect(lines[4]).toMatch(/^sales-cycle +state +a +null +\{\}$/);
    expect(verdict(odd).split('\n')).toEqual([
      'faults in the log: 1; restore it from a backup',
      '2 differences in sales-cycle; made anew by `leadfold projections rebuild sales-cycle`',
    ]);
  });

  it('leaves the table out when only the log is damaged', () => {
    expect(differenceList({ ...odd, differences: [] }, null)).toBe('log: position 7 is missing\\u001b');
  });
});
