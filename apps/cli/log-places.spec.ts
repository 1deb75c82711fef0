import { describe, expect, it } from '@jest/globals';
import { countsEvents, logName, otherLog, placesOf } from './log-places.ts';

const embedded = { dataDir: './data', eventStore: { kind: 'sqlite' } } as const;
const remote = {
  dataDir: './data',
  eventStore: { kind: 'eventstoredb', address: 'esdb://ann:secret@one:2113', shown: 'one:2113' },
} as const;

describe('positions in the log', () => {
  it('count events in the embedded log, and bytes in EventStoreDB', () => {
    expect([embedded, remote].map(settings => countsEvents({ settings }))).toEqual([true, false]);
    expect([embedded, remote].map(settings => placesOf({ settings }, 'events'))).toEqual([
      'events',
      'bytes of the log',
    ]);
  });
});

describe('the name of the log', () => {
  it('is the folder, or the servers without the password', () => {
    expect(logName(embedded)).toBe('./data');
    expect(logName(remote)).toBe('the log at one:2113');
  });
});

it('says how to use another log', () => {
  expect(otherLog({ settings: embedded })).toBe('give --data another folder');
  expect(otherLog({ settings: remote })).toMatch(/LEADFOLD_EVENT_STORE/);
});
