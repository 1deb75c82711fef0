import { describe, expect, it } from '@jest/globals';
import type { ExpectedRevision } from '../port.ts';
import type { PreparedAppend, PreparedEvent } from '../prepare.ts';
import { judge } from './judge.ts';
import { createKnown } from './known.ts';

const event = (id: string): PreparedEvent => ({
  ...{ id, type: 'T', version: 1, occurredAt: 0, leadId: null },
  ...{ data: '{}', personal: null, metadata: '{}' },
});
const append = (expected: ExpectedRevision, ...ids: readonly string[]): PreparedAppend => ({
  ...{ stream: 's', expected, bytes: 0 },
  events: ids.map(event),
});
const known = (...ids: readonly string[]) => {
  const all = createKnown();
  all.extend(
    0,
    ids.map((id, n) => ({ id, revision: n, position: 10 + n })),
  );
  return all;
};
const sends = (after: number, ...ids: readonly string[]) => ({ kind: 'send', after, events: ids.map(event) });

describe('an append to a stream of which nothing is known', () => {
  it('is sent when it wants to begin it: the server refuses where there is one', () => {
    expect(judge(append('NO_STREAM', 'a'), undefined, false)).toEqual(sends(-1, 'a'));
  });

  it.each<ExpectedRevision>(['ANY', 'STREAM_EXISTS', 0, 7])('has to wait with %s', expected => {
    expect(judge(append(expected, 'a'), undefined, false)).toEqual({ kind: 'learn' });
  });
});

describe('an append with an exact place', () => {
  it('is sent where it follows what is known', () => {
    expect(judge(append(1, 'c', 'd'), known('a', 'b'), false)).toEqual(sends(1, 'c', 'd'));
    expect(judge(append('NO_STREAM', 'a'), known(), false)).toEqual(sends(-1, 'a'));
  });

  it('is answered without the server when it stands there', () => {
    expect(judge(append('NO_STREAM', 'a', 'b'), known('a', 'b', 'c'), false)).toEqual({
      kind: 'answer',
      place: [1, 11],
    });
    expect(judge(append(0, 'b', 'c'), known('a', 'b', 'c'), false)).toMatchObject({ place: [2, 12] });
  });

  it.each<[string, PreparedAppend]>([
    ['stands elsewhere', append('NO_STREAM', 'b', 'a')],
    ['stands there in part', append(1, 'c', 'd')],
    ['has an id of the stream where it would follow', append(2, 'd', 'a')],
    ['has the ids of the head where it would follow', append(2, 'c')],
    ['expects what is not there yet', append(9, 'x')],
    ['expects what has gone', append(0, 'x')],
  ])('is refused when it %s, but only by what the stream has now', (_, one) => {
    const stream = known('a', 'b', 'c');
    expect(judge(one, stream, false)).toEqual({ kind: 'learn' });
    expect(judge(one, stream, true)).toEqual({ kind: 'refuse', actual: 2 });
  });

  it('is refused by no stream where there is none', () => {
    expect(judge(append(0, 'x'), known(), true)).toEqual({ kind: 'refuse', actual: null });
  });
});

describe('an append without a place', () => {
  it.each<ExpectedRevision>(['ANY', 'STREAM_EXISTS'])('sends with %s what is missing', expected => {
    expect(judge(append(expected, 'x', 'b', 'y'), known('a', 'b'), false)).toEqual(sends(1, 'x', 'y'));
  });

  it('is answered with the place of the last given when nothing is missing', () => {
    expect(judge(append('ANY', 'b', 'a'), known('a', 'b'), false)).toEqual({
      kind: 'answer',
      place: [0, 10],
    });
  });

  it('begins a stream with ANY, and not with STREAM_EXISTS', () => {
    expect(judge(append('ANY', 'a'), known(), false)).toEqual(sends(-1, 'a'));
    expect(judge(append('STREAM_EXISTS', 'a'), known(), false)).toEqual({ kind: 'learn' });
    expect(judge(append('STREAM_EXISTS', 'a'), known(), true)).toEqual({ kind: 'refuse', actual: null });
  });
});
