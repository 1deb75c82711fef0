import { describe, expect, it } from '@jest/globals';
import { BadRequest } from '../http/bad-request.ts';
import { readTouchpoints } from './read.ts';

const fact = { id: 't1', type: 'PageViewed', leadId: 'l1' };
const pathsOf = (items: readonly Readonly<Record<string, unknown>>[]): unknown => {
  try {
    return readTouchpoints(items);
  } catch (error) {
    if (error instanceof BadRequest) return error.errors.map(({ path }) => path);
    throw error;
  }
};

describe('readTouchpoints', () => {
  it('turns the time into epoch ms and passes the rest on as it is', () => {
    const odd = { url: 7, occurred: 'x', type: 'NoSuchType' };
    expect(readTouchpoints([{ ...fact, ...odd, occurredAt: '1970-01-01T01:00:00.001+01:00' }])).toEqual([
      { ...fact, ...odd, occurredAt: 1 },
    ]);
  });

  it('leaves a time that is left out to the command', () => {
    expect(readTouchpoints([fact])[0]).not.toHaveProperty('occurredAt');
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['id', { id: undefined }],
    ['id', { id: '' }],
    ['id', { id: 7 }],
    ['id', { id: 'a/b' }],
    ['id', { id: 'x'.repeat(65) }],
    ['id', { id: 't1\n' }],
    ['leadId', { leadId: null }],
    ['leadId', { leadId: ['l1'] }],
    ['leadId', { leadId: 'l 1' }],
    ['type', { type: undefined }],
    ['type', { type: 'x'.repeat(101) }],
    ['type', { type: {} }],
    ['occurredAt', { occurredAt: 0 }],
    ['occurredAt', { occurredAt: null }],
    ['occurredAt', { occurredAt: '2018-03-01' }],
    ['occurredAt', { occurredAt: '2018-02-30T00:00:00Z' }],
  ])('refuses a batch for the %s of %j', (name, wrong) => {
    expect(pathsOf([fact, { ...fact, ...wrong }])).toEqual([`touchpoints[1].${name}`]);
  });

  it('takes ids and types to the last character', () => {
    const longest = { id: 'x'.repeat(64), leadId: '_-'.repeat(32), type: 'x'.repeat(100) };
    expect(readTouchpoints([longest])).toEqual([longest]);
  });

  it('names everything in every fact at once', () => {
    expect(pathsOf([{}, fact, { ...fact, id: '', occurredAt: '' }])).toEqual([
      'touchpoints[0].id',
      'touchpoints[0].leadId',
      'touchpoints[0].type',
      'touchpoints[2].id',
      'touchpoints[2].occurredAt',
    ]);
  });
});
